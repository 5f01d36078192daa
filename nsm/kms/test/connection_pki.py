"""Certificates for connection_test.py, valid or with one fault, as files in a folder."""
import datetime
import ipaddress
import os
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

warnings.simplefilter("ignore")  # the package's warning about SHA-1
HOST = "kms.test.example"
DAY = datetime.timedelta(days=1)
SERVER, CLIENT, ANY = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH,
                       ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
PEM = serialization.Encoding.PEM


def make_key(kind):
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[3:]))
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key({"p224": ec.SECP224R1, "p256": ec.SECP256R1, "p384": ec.SECP384R1,
                                    "p521": ec.SECP521R1, "k256": ec.SECP256K1}[kind]())


def general_name(text):
    """A bare word is a DNS name, "ip:..." is an address, and "uri:..." is a URI."""
    if text.startswith("ip:"):
        return x509.IPAddress(ipaddress.ip_address(text[3:]))
    return x509.UniformResourceIdentifier(text[4:]) if text.startswith("uri:") else x509.DNSName(text)


def key_usage(names):
    fields = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
              "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{f: f in names for f in fields})


class Entity:
    """A key and its certificate."""
    def __init__(self, key, certificate, issuer):
        self.key, self.certificate, self.issuer = key, certificate, issuer

    def pem(self):
        return self.certificate.public_bytes(PEM)

    def key_pem(self):
        return self.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


class Pki:
    def __init__(self, folder):
        self.folder, self.keys, self.count = folder, {}, 0
        self.now = datetime.datetime.utcnow()

    def key(self, kind, number=0):
        """Creating keys is slow, so most certificates of a role share one."""
        if (kind, number) not in self.keys:
            self.keys[kind, number] = make_key(kind)
        return self.keys[kind, number]

    def dated(self, builder, name, key, issuer_name, days):
        self.count += 1
        return (builder.subject_name(name).issuer_name(issuer_name).public_key(key.public_key())
                .serial_number(1000 + self.count).not_valid_before(self.now + days[0] * DAY)
                .not_valid_after(self.now + days[1] * DAY))

    def make(self, cn, key, issuer, extensions, days=(-1, 30), digest=hashes.SHA256):
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)])
        builder = self.dated(x509.CertificateBuilder(), name, key, issuer.certificate.subject if issuer else name, days)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        signer = issuer.key if issuer else key
        signed_with = None if isinstance(signer, ed25519.Ed25519PrivateKey) else digest()
        return Entity(key, builder.sign(signer, signed_with), issuer)

    def ca(self, cn, issuer=None, kind="p256", number=1, is_ca=True, path=None, usage=("key_cert_sign", ), **more):
        extensions = [(x509.BasicConstraints(is_ca, path if is_ca else None), True), (key_usage(usage), True)]
        return self.make(cn, self.key(kind, number), issuer, extensions, **more)

    def leaf(self, issuer, names=(HOST, ), kind="rsa2048", cn="server", eku=(SERVER, ), usage=("digital_signature", ),
             **more):
        """issuer None = self-signed. If names, eku or usage is None, the certificate does not have that extension."""
        extensions = []
        if names is not None:
            extensions.append((x509.SubjectAlternativeName([general_name(n) for n in names]), False))
        if eku is not None:
            extensions.append((x509.ExtendedKeyUsage(list(eku)), False))
        if usage is not None:
            extensions.append((key_usage(usage), True))
        return self.make(cn, self.key(kind), issuer, extensions, **more)

    def write(self, data):
        self.count += 1
        path = os.path.join(self.folder, f"{self.count}.pem")
        with open(path, "wb") as f:
            f.write(data)
        return path

    def bundle(self, *entities):
        return self.write(b"".join(e.pem() for e in entities))
