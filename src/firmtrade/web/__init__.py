"""The web observatory: releases as pages and an API, live or as files. It reads releases alone, never a room."""
