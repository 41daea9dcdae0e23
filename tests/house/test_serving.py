"""`linli serve` before it serves."""

import socket

from click.testing import CliRunner

from linli.config.serve import serve


def test_an_address_that_somebody_listens_at_is_refused_before_anything_is_set_up(monkeypatch):
    """The server shares ports: without this the second one would take half of the first one's requests."""
    monkeypatch.setattr("linli.config.serve.set_up", lambda **_: (_ for _ in ()).throw(AssertionError("set up")))
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        answer = CliRunner().invoke(serve, ["--port", str(port)])

    assert answer.exit_code == 1
    assert f"127.0.0.1:{port} 不能用" in answer.output
    assert f"--port {port + 1}" in answer.output
