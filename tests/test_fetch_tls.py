"""The HTTP door and certificates: what cannot be trusted is not asked, and never without encryption instead."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hostile_server import Asked, HostileServer, clock, door_settings, reply

from bot.core.feeds.feed import Failed, Failure, Fetched
from bot.sources.fetch import Door


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def client(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


async def check(context: ssl.SSLContext, authority: trustme.CA, says: str) -> None:
    """The door gives up with these words, and sent no request."""
    async with (
        HostileServer({"/": reply(b"<rss/>")}, tls=context) as server,
        Door(door_settings(tls=client(authority)), clock=clock) as door,
    ):
        failed = await door.get(server.url())
        assert isinstance(failed, Failed)
        assert failed.kind is Failure.TLS
        assert says in failed.reason
        assert server.asked == []


async def test_an_expired_certificate_is_not_trusted(authority: trustme.CA) -> None:
    """FAULTS row 23."""
    expired = authority.issue_cert("127.0.0.1", not_before=datetime(2000, 1, 1, tzinfo=UTC), not_after=datetime(2001, 1, 1, tzinfo=UTC))
    await check(server_context(expired), authority, "has expired")


async def test_a_certificate_for_another_name_is_not_trusted(authority: trustme.CA) -> None:
    """FAULTS row 23."""
    await check(server_context(authority.issue_cert("news.example.org", "10.0.0.1")), authority, "another address")


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(authority: trustme.CA) -> None:
    """FAULTS row 23: an unknown authority, and a certificate that signed itself."""
    await check(server_context(trustme.CA().issue_cert("127.0.0.1")), authority, "authority")


async def test_a_certificate_that_signed_itself_is_not_trusted(authority: trustme.CA, tmp_path: Path) -> None:
    """FAULTS row 23."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    unsigned = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))
    file = tmp_path / "self.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + unsigned.sign(key, SHA256()).public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    await check(context, authority, "self-signed")


async def test_a_certificate_of_the_future_is_not_trusted(authority: trustme.CA) -> None:
    future = authority.issue_cert("127.0.0.1", not_before=datetime(2090, 1, 1, tzinfo=UTC), not_after=datetime(2091, 1, 1, tzinfo=UTC))
    await check(server_context(future), authority, "not valid yet")


async def test_a_version_of_tls_that_is_too_old_is_not_spoken(authority: trustme.CA) -> None:
    old, new = server_context(authority.issue_cert("127.0.0.1")), client(authority)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    new.minimum_version = ssl.TLSVersion.TLSv1_3
    async with HostileServer(tls=old) as server, Door(door_settings(tls=new), clock=clock) as door:
        failed = await door.get(server.url())
        assert isinstance(failed, Failed)
        assert failed.kind in {Failure.TLS, Failure.CONNECTION}  # some servers say why, some hang up
        assert server.asked == []


async def test_a_server_that_speaks_no_tls_is_not_asked_without(authority: trustme.CA) -> None:
    """FAULTS row 23."""
    heard = b""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard += await reader.read(100)
        writer.write(reply(b"<rss/>"))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, Door(door_settings(tls=client(authority)), clock=clock) as door:
        failed = await door.get(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        assert isinstance(failed, Failed)
        assert failed.kind is Failure.TLS
        assert "cannot agree on an encrypted connection" in failed.reason
        assert not heard.startswith(b"GET")


async def test_a_good_certificate_is_trusted(authority: trustme.CA) -> None:
    body = bytes(300_000)
    context = server_context(authority.issue_cert("127.0.0.1"))
    async with HostileServer({"/": reply(body)}, tls=context) as server, Door(door_settings(tls=client(authority)), clock=clock) as door:
        for _ in range(2):
            fetched = await door.get(server.url())
            assert isinstance(fetched, Fetched)
            assert fetched.body == body
        assert server.connections == 1


async def test_what_is_sent_is_counted_under_encryption_too(authority: trustme.CA) -> None:
    async def flood(asked: Asked, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)
            await writer.drain()

    context = server_context(authority.issue_cert("127.0.0.1"))
    async with HostileServer({"/": flood}, tls=context) as server, Door(door_settings(tls=client(authority)), clock=clock) as door:
        failed = await door.get(server.url())
        assert isinstance(failed, Failed)
        assert failed.kind is Failure.TOO_LARGE


async def test_a_redirect_away_from_encryption_is_followed_but_not_kept(authority: trustme.CA) -> None:
    plain_context = server_context(authority.issue_cert("127.0.0.1"))
    async with HostileServer(tls=plain_context) as secure, Door(door_settings(tls=client(authority)), clock=clock) as door:
        secure.answers["/feed"] = reply(status=301, Location=f"https://127.0.0.1:{secure.port}/new")
        secure.answers["/new"] = reply(b"<rss/>")
        fetched = await door.get(secure.url("/feed"))
        assert isinstance(fetched, Fetched)
        assert fetched.moved_to == secure.url("/new")
        secure.answers["/down"] = reply(status=301, Location=f"http://127.0.0.1:{secure.port}/new")
        fetched = await door.get(secure.url("/down"))
        assert isinstance(fetched, Failed)  # the port speaks TLS only: asked in plain text, as the redirect says
        assert fetched.kind in {Failure.CONNECTION, Failure.PROTOCOL}
