import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import nitroattest.vectors.*;

/** A small verifier on certificates of the JDK and CBOR of Jackson: Peer true|wrong. Wrong skips the signature. */
class Peer {
    static final Set<String> FEATURES = Set.of("kind=enclave", "time_mode=now", "max_age_ms", "nonce", "no-pcr-policy",
        "allow-debug", "allow-unknown-fields");
    static final CBORMapper CBOR = new CBORMapper();
    static boolean wrong;

    static final class NotGenuine extends Exception {
        private static final long serialVersionUID = 1;

        NotGenuine(String reason) {
            super(reason);
        }
    }

    static void require(boolean condition, String reason) throws NotGenuine {
        if (!condition) {
            throw new NotGenuine(reason);
        }
    }

    static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(der));
    }

    static X509Certificate leaf(JsonNode fields, byte[] root, Date now) throws Exception {
        List<X509Certificate> path = new ArrayList<>();
        path.add(certificate(fields.path("certificate").binaryValue()));
        for (int n = fields.path("cabundle").size() - 1; n > 0; n--) {
            path.add(certificate(fields.path("cabundle").get(n).binaryValue()));
        }
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(root), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(now);
        CertPathValidator.getInstance("PKIX")
            .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        return path.get(0);
    }

    /** Sig_structure: an array of "Signature1", the protected header, no external data, the payload. */
    static byte[] signed(JsonNode envelope) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x84);
        out.write(CBOR.writeValueAsBytes("Signature1"));
        out.write(CBOR.writeValueAsBytes(envelope.get(0).binaryValue()));
        out.write(0x40);
        out.write(CBOR.writeValueAsBytes(envelope.get(2).binaryValue()));
        return out.toByteArray();
    }

    static JsonNode check(Vector v) throws Exception {
        JsonNode envelope = CBOR.readTree(v.document);
        require(envelope != null && envelope.isArray() && envelope.size() == 4, "not a COSE_Sign1");
        for (int part : new int[] {0, 2, 3}) {
            require(envelope.get(part).isBinary(), "a part is not a byte string");
        }
        JsonNode header = CBOR.readTree(envelope.get(0).binaryValue());
        require(header.path("1").asInt() == -35, "the algorithm is not ES384");
        JsonNode fields = CBOR.readTree(envelope.get(2).binaryValue());
        require(fields.path("certificate").isBinary() && fields.path("cabundle").isArray(), "no certificates");
        X509Certificate leaf = leaf(fields, v.roots.get(0), new Date(v.nowMs));
        Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
        signature.initVerify(leaf.getPublicKey());
        signature.update(signed(envelope));
        require(signature.verify(envelope.get(3).binaryValue()) || wrong, "the signature is wrong");
        long age = v.nowMs - fields.path("timestamp").asLong();
        require(age >= 0 && age <= (Long) v.options.get("max_age_ms"), "the age");
        byte[] nonce = fields.path("nonce").binaryValue();
        Object wanted = v.options.get("nonce");
        require(wanted == null || nonce != null && HexFormat.of().formatHex(nonce).equals(wanted), "the nonce");
        return fields;
    }

    static Verdict verify(Vector v) throws Exception {
        if (!FEATURES.containsAll(v.features())) {
            return Verdict.UNSUPPORTED;
        }
        try {
            JsonNode fields = check(v);
            Map<String, Object> values = new HashMap<>();
            values.put("module_id", fields.path("module_id").textValue());
            values.put("timestamp", fields.path("timestamp").longValue());
            return Verdict.accept(values);
        } catch (NotGenuine | GeneralSecurityException | IOException e) {
            return Verdict.REFUSE;
        }
    }

    public static void main(String[] args) {
        wrong = args[0].equals("wrong");
        System.out.println(new NitroAttestVectors().run(Peer::verify));
    }
}
