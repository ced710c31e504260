"""The ways to an institution, all alike in shape: a parcel in, an answer out, no models inside.

Each but the portal is told first where to: its `Target`, made of the channel's row by `pushes.targets`.
"""

from collections.abc import Callable

from pushes.channels import email, platform, portal, sftp, webhook
from pushes.channels.parcel import Answer

CHANNELS: dict[str, Callable[..., Answer]] = {
    "portal": portal.send,
    "email": email.send,
    "webhook": webhook.send,
    "sftp": sftp.send,
    "platform": platform.send,
}
