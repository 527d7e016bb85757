from pathlib import Path

import dkim
import pytest

from notifications.mime import build
from notifications.signing import BadKey, Signer, signer
from tests.builders.keys import KeyPair, ed25519_key, rsa_key
from tests.notifications.builders import NOW, SERVICE, message

NAME = b"2027a._domainkey.review.example."


def a_signer(key: KeyPair, folder: Path) -> Signer:
    return signer(key.file(folder), "2027a", "review.example")


def a_mail(**changes: str) -> bytes:
    return build(message(**changes), SERVICE, NOW).data


@pytest.mark.parametrize(("key", "algorithm"), [(rsa_key(), "rsa-sha256"), (ed25519_key(), "ed25519-sha256")])
def test_a_signed_mail_can_be_verified_with_the_key_in_dns(key: KeyPair, algorithm: str, tmp_path: Path) -> None:
    signed = a_signer(key, tmp_path).sign(a_mail(subject="Herinnering: naïeve reflectie"))
    assert dkim.verify(signed, dnsfunc=key.dns(NAME))
    header = signed.partition(b"\r\nContent-Type")[0].decode()
    assert f"a={algorithm}; c=relaxed/relaxed" in header
    assert "d=review.example" in header
    assert "s=2027a" in header


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Herinnering", b"Subject: Factuur"),
        (b"To: anke@", b"To: piet@"),
        (b"Auto-Submitted: auto-generated", b"Auto-Submitted: no"),
        (b"Date: Mon, 08", b"Date: Tue, 09"),
        (b"Wilt u dit doen?", b"Wilt u dit betalen?"),
        (b"From: ", b"From: Iemand <x@evil.example>\r\nFrom: "),
        (b"Subject: ", b"Subject: Factuur\r\nSubject: "),
    ],
)
def test_what_is_changed_on_the_way_breaks_the_signature(old: bytes, new: bytes, tmp_path: Path) -> None:
    signed = a_signer(ed25519_key(), tmp_path).sign(a_mail())
    assert old in signed
    assert not dkim.verify(signed.replace(old, new, 1), dnsfunc=ed25519_key().dns(NAME))


def test_folding_and_blanks_on_the_way_do_not(tmp_path: Path) -> None:
    signed = a_signer(ed25519_key(), tmp_path).sign(a_mail())
    folded = signed.replace(b"Auto-Submitted: auto-generated", b"auto-submitted:   auto-generated  ")
    assert dkim.verify(folded, dnsfunc=ed25519_key().dns(NAME))


def test_unsubscription_by_one_click_is_signed_where_it_stands(tmp_path: Path) -> None:
    headers = b"List-Unsubscribe: <https://review.example/u/1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    signed = a_signer(ed25519_key(), tmp_path).sign(headers + a_mail())
    dns = ed25519_key().dns(NAME)
    assert dkim.verify(signed, dnsfunc=dns)
    assert not dkim.verify(signed.replace(b"/u/1", b"/u/2"), dnsfunc=dns)
    assert not dkim.verify(signed.replace(b"=One-Click", b"=Two-Clicks"), dnsfunc=dns)


def test_another_key_in_dns_does_not_do(tmp_path: Path) -> None:
    signed = a_signer(ed25519_key(), tmp_path).sign(a_mail())
    other = KeyPair(b"", ed25519_key().record.replace(b"p=A", b"p=B"))
    assert not dkim.verify(signed, dnsfunc=other.dns(NAME))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "can't be read"),
        (b"nothing of the kind", "holds no key in PEM"),
        (rsa_key().pem.replace(b"RSA PRIVATE", b"PUBLIC"), "holds public key; a private key"),
        (rsa_key().pem.replace(b"RSA PRIVATE", b"ENCRYPTED PRIVATE"), "without a password"),
        (rsa_key().pem.replace(b"MII", b"MXX"), "no RSA or Ed25519 key"),
        (rsa_key(512).pem, "has 512 bits, receivers want 1024"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused_with_a_sentence(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "dkim.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadKey, match=words) as refused:
        signer(str(path), "2027a", "review.example")
    assert "PRIVATE KEY-----\nM" not in str(refused.value)


def test_a_selector_and_a_domain_are_needed(tmp_path: Path) -> None:
    path = ed25519_key().file(tmp_path)
    with pytest.raises(BadKey, match="dkim_selector must name"):
        signer(path, "", "review.example")
    with pytest.raises(BadKey, match="'' is no domain"):
        signer(path, "2027a", "")


def test_a_key_never_stands_in_what_is_printed(tmp_path: Path) -> None:
    made = a_signer(rsa_key(), tmp_path)
    assert made.key not in repr(made).encode()
    assert "PRIVATE" not in repr(made)
