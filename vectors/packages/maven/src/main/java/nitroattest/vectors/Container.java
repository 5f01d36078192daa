package nitroattest.vectors;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/** Reads the container of the vectors, as CONTAINER.md describes it. */
final class Container {
    private final byte[] data;
    private int at;

    private Container(byte[] data) {
        this.data = data;
    }

    private int number() {
        int value = 0;
        int shift = 0;
        while (data[at] < 0) {
            value |= (data[at++] & 127) << shift;
            shift += 7;
        }
        return value | data[at++] << shift;
    }

    private byte[] bytes() {
        byte[] taken = new byte[number()];
        System.arraycopy(data, at, taken, 0, taken.length);
        at += taken.length;
        return taken;
    }

    /** Undoes the copies. */
    private byte[] expand() {
        byte[] out = new byte[1 << 16];
        int size = 0;
        while (at < data.length) {
            int literal = number();
            out = withRoom(out, size + literal);
            System.arraycopy(data, at, out, size, literal);
            at += literal;
            size += literal;
            if (at < data.length) {
                int length = number();
                int begin = size - number();
                out = withRoom(out, size + length);
                System.arraycopy(out, begin, out, size, length);
                size += length;
            }
        }
        return java.util.Arrays.copyOf(out, size);
    }

    private static byte[] withRoom(byte[] out, int size) {
        return size <= out.length ? out : java.util.Arrays.copyOf(out, Math.max(size, 2 * out.length));
    }

    static Map<String, byte[]> decode(InputStream container) throws IOException {
        Container stream = new Container(new Container(new InflaterInputStream(container).readAllBytes()).expand());
        ByteArrayInputStream text = new ByteArrayInputStream(stream.bytes());
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int c = text.read(); c >= 0; c = text.read()) {
            if (c == 0) {
                whole.write(Base64.getEncoder().encode(stream.bytes()));
            } else {
                whole.write(c);
            }
        }
        String[] parts = whole.toString(StandardCharsets.UTF_8).split("\u0001");
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int n = 0; n + 1 < parts.length; n += 2) {
            files.put(parts[n], parts[n + 1].getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    static Map<String, byte[]> read() {
        try (InputStream pack = Container.class.getResourceAsStream("vectors.pack")) {
            return decode(pack);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
