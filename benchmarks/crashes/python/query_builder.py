"""Builds SELECT statements piece by piece."""


class Query:
    """A statement in the making; each step answers the query, so that steps chain."""

    def __init__(self, table):
        self._table = table
        self._columns = []
        self._conditions = []
        self._order = None
        self._limit = None
        self.parameters = []

    def select(self, *columns):
        self._columns.extend(columns)
        return self

    def where(self, condition, *parameters):
        self._conditions.append(condition)
        self.parameters.extend(parameters)
        return self

    def order_by(self, column, descending=False):
        self._order = f"{column} DESC" if descending else column

    def limit(self, count):
        self._limit = count
        return self

    def sql(self):
        text = f"SELECT {', '.join(self._columns) or '*'} FROM {self._table}"
        if self._conditions:
            text += " WHERE " + " AND ".join(self._conditions)
        if self._order:
            text += f" ORDER BY {self._order}"
        if self._limit is not None:
            text += f" LIMIT {self._limit}"
        return text


def open_orders(customer):
    """All orders of a customer that have not been sent."""
    return Query("orders").select("id", "placed").where("customer = ?", customer).where("sent IS NULL")


def latest_orders(customer, count=10):
    """The open orders of a customer, the latest first."""
    return open_orders(customer).order_by("placed", descending=True).limit(count)
