// A TLS server whose keys SunPKCS11 finds in a token: java TokenServer.java CONFIGURATION PIN. Prints its port.
import java.io.OutputStream;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

public final class TokenServer {
    private TokenServer() {
    }

    private static SSLContext context(String configuration, char[] pin) throws Exception {
        Provider token = Security.getProvider("SunPKCS11").configure(configuration);
        Security.addProvider(token);
        KeyStore store = KeyStore.getInstance("PKCS11", token);
        store.load(null, pin);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, null);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static void answer(SSLSocket client) {
        try (client) {
            client.startHandshake();
            OutputStream out = client.getOutputStream();
            out.write("HTTP/1.0 200 OK\r\n\r\n".getBytes());
            out.flush();
        } catch (Exception e) {
            System.err.println(e);
        }
    }

    public static void main(String[] arguments) throws Exception {
        SSLContext context = context(arguments[0], arguments[1].toCharArray());
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
        System.out.println(listener.getLocalPort());
        while (true) {
            answer((SSLSocket) listener.accept());
        }
    }
}
