"""The portal channel (pure): the institution fetches the package, so it is delivered once it lies ready."""

import os

from pushes.channels.parcel import Answer, Parcel


def send(parcel: Parcel) -> Answer:
    """Delivered where the whole package can be read from the store."""
    try:
        with parcel.open() as package:
            size = package.seek(0, os.SEEK_END)
    except OSError as error:
        return Answer("passing", f"{parcel.file_name}: {error.strerror or type(error).__name__}")
    if size != parcel.size:
        return Answer("passing", f"{parcel.file_name}: {size} bytes in the store, {parcel.size} were built")
    return Answer("delivered")
