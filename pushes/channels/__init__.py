"""The ways to an institution, all alike in shape: a parcel in, an answer out, no models inside."""

from pushes.channels import portal
from pushes.channels.parcel import Channel

CHANNELS: dict[str, Channel] = {"portal": portal.send}
