"""Networks for the tests: one that can be told to fail."""

from typing import ClassVar

from linli.core.messages.gateways import GatewayFailed


class Network:
    """Takes messages, or raises what it is told to."""

    taken: ClassVar[list[tuple[str, str, str]]] = []
    trouble: ClassVar[list[GatewayFailed]] = []

    def send(self, phone: str, text: str, *, reference: str = "") -> str:
        if self.trouble:
            raise self.trouble[0]
        self.taken.append((phone, text, reference))
        return f"net-{len(self.taken)}"
