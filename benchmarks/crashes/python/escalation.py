"""Finds out whom to call about a ticket, and how soon."""

from dataclasses import dataclass

PATIENCE = {"low": 240, "normal": 60, "urgent": 10}


@dataclass
class Contact:
    title: str
    phone: str
    on_leave: bool = False


@dataclass
class Department:
    name: str
    head: Contact


@dataclass
class Team:
    name: str
    department: Department
    lead: Contact | None = None


@dataclass
class Ticket:
    number: int
    team: Team
    priority: str = "normal"
    minutes_open: int = 0


def responsible(team: Team) -> Contact:
    """The lead of the team; the head of its department stands in for a lead."""
    if team.lead.on_leave:
        return team.department.head
    return team.lead


def is_overdue(ticket: Ticket) -> bool:
    return ticket.minutes_open > PATIENCE[ticket.priority]


def call_list(tickets: list[Ticket]) -> list[tuple[int, str]]:
    """Number and phone for each overdue ticket, the oldest first."""
    overdue = [ticket for ticket in tickets if is_overdue(ticket)]
    overdue.sort(key=lambda ticket: ticket.minutes_open, reverse=True)
    return [(ticket.number, responsible(ticket.team).phone) for ticket in overdue]
