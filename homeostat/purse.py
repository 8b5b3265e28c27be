"""Pay for a model: reserve the most that a call can cost, make it, settle what it did cost."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

from homeostat import money
from homeostat.config import Endpoint
from homeostat.errors import HomeostatError, ModelError
from homeostat.incidents import Stamp
from homeostat.outbound import one_line, plain
from homeostat.ports import Model
from homeostat.records import Books, Call, Charge, Plain, Prompt, Reply, Result

Write = Callable[[Books, Callable[[Books], Books], Plain], Books]
"""Store a change of the books; returns them as they are stored."""

LOCAL = "local"
"""The name of every run outside of a workflow; each of them has a purse of its own."""


class NoMoneyError(HomeostatError):
    """A bound forbids the call."""

    result = Result.UNHEALED


class NoCallError(NoMoneyError):
    """The leg has asked models as often as it may."""

    result = Result.SKIPPED


@dataclass
class Purse:
    """What one failure may spend. A call that dies with us stays booked at its upper bound."""

    books: Books
    write: Write
    bounds: money.Bounds
    stamp: Stamp
    fingerprint: str
    calls: list[Call] = field(default_factory=list)

    def ask(
        self, model: Model, endpoint: Endpoint, prompt: Prompt, call: Call, heard: Callable[[int], object]
    ) -> Reply:
        """Make one call, to be noted as `call`. Raises NoMoneyError, and ModelError as the model does."""
        charge = self._reserved(endpoint, prompt)
        started = time.monotonic()
        try:
            reply = model.ask(prompt, heard)
        except ModelError as error:
            paid = charge.amount if error.unknown_cost else Decimal(0)
            charge = self._settled(replace(charge, amount=paid, settled=True))
            self._noted(call, charge, started, said=str(error))
            raise
        usage = reply.usage
        paid = money.cost(usage, endpoint.price) if usage else charge.amount
        tokens = usage.tokens if usage else 0
        charge = self._settled(replace(charge, amount=paid, tokens=tokens, settled=True))
        self._noted(replace(call, usage=usage), charge, started, said=reply.stop)
        return reply

    def conclude(self, said: str) -> None:
        """Note what came of the last call."""
        self.calls[-1] = replace(self.calls[-1], said=said)

    def _reserved(self, endpoint: Endpoint, prompt: Prompt) -> Charge:
        most = money.upper_bound(prompt, endpoint)
        stamp = self.stamp
        run = f"{LOCAL} {stamp.now.isoformat()}" if stamp.run == LOCAL else stamp.run
        charge = Charge(
            uuid.uuid4().hex, stamp.now, run, stamp.repository, self.fingerprint, endpoint.model, most
        )
        change = partial(money.reserved, wanted=charge, bounds=self.bounds)
        wanted = plain("Reserve {} for {}", one_line(f"${money.dollars(most)}"), one_line(self.fingerprint))
        self.books = self.write(self.books, change, wanted)
        if charge not in self.books.charges:
            too_many = money.too_many(self.books.charges, charge, self.bounds)
            if too_many:
                raise NoCallError(too_many)
            refused = money.refusal(self.books.charges, charge, self.bounds)
            raise NoMoneyError(refused or "another leg has spent what was left: the next run tries again")
        return charge

    def _settled(self, charge: Charge) -> Charge:
        amount = one_line(f"${money.dollars(charge.amount)}")
        paid = plain("Settle {} for {}", amount, one_line(self.fingerprint))
        self.books = self.write(self.books, partial(money.settled, charge=charge), paid)
        return charge

    def _noted(self, call: Call, charge: Charge, started: float, said: str) -> None:
        seconds = round(time.monotonic() - started, 3)
        self.calls.append(replace(call, cost=charge.amount, seconds=seconds, said=said))
