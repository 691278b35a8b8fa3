"""Two folders change places in one step, so that at no moment neither is there."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from pathlib import Path
from typing import Any

_HERE, _EXCHANGE = -100, 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of Linux: see renameat2(2)."""
_UNABLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


@cache
def _renameat2() -> Any:
    """The system call, None where the C library has none."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return call


def exchange(one: Path, other: Path) -> bool:
    """Let two entries of one file system change names; False where the system or file system cannot.

    Raises
    ------
    OSError
        The disk refuses.
    """
    call = _renameat2()
    if call is None:
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE:
        return False
    raise OSError(number, os.strerror(number), str(other))
