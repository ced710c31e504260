"""Institutions' machines as they really are: a mail server, an SFTP server, a receiver of webhooks, a
financing platform."""

from tests.pushes.peers import files, mailbox, platform, receiver

__all__ = ["files", "mailbox", "platform", "receiver"]
