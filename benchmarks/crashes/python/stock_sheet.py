"""Reads the sheet of a stocktaking."""

import csv
from dataclasses import dataclass


@dataclass
class Article:
    """An article with what is there and what must be there at least."""

    name: str
    quantity: int
    minimum: int

    @property
    def shortage(self) -> int:
        return max(self.minimum - self.quantity, 0)


def parse_number(cell: str) -> int:
    """A whole number; thousands may be set apart, and a cell left empty means 0."""
    return int(cell.replace(",", "").replace(" ", ""))


def read_sheet(text: str) -> list[Article]:
    """The articles of a sheet with the columns article, quantity and minimum."""
    articles = []
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        articles.append(
            Article(
                name=row["article"].strip(),
                quantity=parse_number(row["quantity"]),
                minimum=parse_number(row["minimum"]),
            )
        )
    return articles


def shopping_list(text: str) -> list[tuple[str, int]]:
    """What to buy and how much of it, the greatest shortage first."""
    short = [article for article in read_sheet(text) if article.shortage]
    short.sort(key=lambda article: (-article.shortage, article.name))
    return [(article.name, article.shortage) for article in short]
