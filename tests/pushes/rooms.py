"""Institutions and editions with something to see in every room."""

from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from enterprises.models import Edition
from pushes.models import Channel, ChannelKind, Institution, Role
from tests.pushes.making import person, recognition, record, sealed_edition

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBx1xm4O+3pm/9BfMd5lsQxLHl5qkI4bPO0WOesZ6zuS"


def two_editions() -> tuple[Edition, Edition]:
    """A quarter and the next: 1 changes its name, 2 leaves, 3 is known by name only, 4 is of another district, 5 is new
    and ends soon, 6 has a second recognition in grace.
    """
    spring = sealed_edition(
        "2026Q2",
        [
            record(1, recognition(source="HNTE-2025-01#1", number="GR202541000001"), name="郑州旧名科技有限公司"),
            record(2, recognition("SRDI", "SRDI-2025-01#2", number=""), name="郑州离库新材料有限公司"),
            record(
                3,
                recognition("HNTE", "HNTE-2025-01#3", number="GR202541000003"),
                uscc="",
                name="郑州只有名称科技有限公司",
            ),
            record(4, recognition("HNTE", "HNTE-2025-01#4", number="GR202541000004"), district="中原区"),
            record(6, recognition("HNTE", "HNTE-2025-01#6", number="GR202541000006")),
        ],
    )
    summer = sealed_edition(
        "2026Q3",
        [
            record(
                1,
                recognition(source="HNTE-2025-01#1", number="GR202541000001"),
                name="郑州新名科技有限公司",
                former_names=["郑州旧名科技有限公司"],
            ),
            record(
                3,
                recognition("HNTE", "HNTE-2025-01#3", number="GR202541000003"),
                uscc="",
                name="郑州只有名称科技有限公司",
            ),
            record(4, recognition("HNTE", "HNTE-2025-01#4", number="GR202541000004"), district="中原区"),
            record(5, recognition("HNTE", "HNTE-2023-02#5", number="GR202341000005", valid_to="2026-12-01")),
            record(
                6,
                recognition("HNTE", "HNTE-2025-01#6", number="GR202541000006"),
                recognition("SRDI", "SRDI-2023-01#6", number="豫2023006", state="grace", valid_to="2025-12-31"),
            ),
        ],
        previous=spring,
    )
    return spring, summer


def people(of: Institution) -> dict[str, User]:
    """One person of each role, named after it and the institution."""
    return {role: person(f"{role}-{of.code}", of, role=role) for role in Role.values}


def browser(user: User) -> Client:
    """The browser of somebody signed in."""
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.force_login(user)
    return client


def channel(of: Institution, kind: str) -> Channel:
    """Another channel of the institution, with all that its kind needs."""
    needed: dict[ChannelKind, dict[str, Any]] = {
        ChannelKind.EMAIL: {"addresses": ["list@bank.example"]},
        ChannelKind.WEBHOOK: {"url": "https://bank.example/hooks/registry"},
        ChannelKind.SFTP: {"host": "sftp.bank.example", "username": "registry", "host_key": HOST_KEY, "folder": "/in"},
        ChannelKind.PLATFORM: {"url": "https://platform.example/api/v1"},
    }
    return Channel.objects.create(institution=of, kind=kind, **needed.get(ChannelKind(kind), {}))
