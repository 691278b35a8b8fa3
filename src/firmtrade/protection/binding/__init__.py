"""From the cells of rooms to one system: which atoms there are, and what each cell says about them."""
