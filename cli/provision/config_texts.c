/*
 * Configuration for programs on the parent side, as in Debian 12. Tested: OpenSSL 3.0 with its engine pkcs11
 * (libp11 0.4.12) and with pkcs11-provider 1.2.0, nginx 1.22, httpd 2.4, Java 17.
 * TLS 1.2 and 1.3, with ciphers of Mozilla's "intermediate". Sessions are not resumed: resumption needs no key, so
 * former clients could connect after the key was removed. RSA key exchange is off, so that clients cannot make the
 * token decrypt.
 */
#include <string.h>

#include "cli/provision/config.h"

#define HEAD "# Written by nitro-attest provision config, for the token @LABEL@.\n"

#define SUITES                                                                                                         \
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"                         \
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

#define JAVA_SUITES                                                                                                    \
    "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256,"                                      \
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,"                                   \
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,"                                   \
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"

/* init = 0: otherwise OpenSSL starts the engine before it knows the module, and nginx reports "engine not
 * initialised". */
#define CNF_HEAD(what)                                                                                                 \
    HEAD "# OpenSSL 3 with " what ".\n"                                                                                \
         "# It replaces the system's file: copy the settings that you need from that.\n"                               \
         "openssl_conf = openssl_init\n"                                                                               \
         "\n[openssl_init]\n"
#define CNF_ENGINE                                                                                                     \
    "engines = engines\n"                                                                                              \
    "\n[engines]\npkcs11 = pkcs11\n"                                                                                   \
    "\n[pkcs11]\nengine_id = pkcs11\n"                                                                                 \
    "MODULE_PATH = @MODULE@\n"                                                                                         \
    "init = 0\n"
#define ENGINE_PACKAGES "the engine pkcs11 (Debian: libengine-pkcs11-openssl, p11-kit-modules)"
/* No section is called default: OpenSSL uses that name for the lines before the first section. */
#define CNF_PROVIDER                                                                                                   \
    "providers = providers\n"                                                                                          \
    "\n[providers]\ndefault = default_provider\npkcs11 = pkcs11_provider\n"                                            \
    "\n[default_provider]\nactivate = 1\n"                                                                             \
    "\n[pkcs11_provider]\nactivate = 1\n"                                                                              \
    "pkcs11-module-path = @MODULE@\n"                                                                                  \
    "pkcs11-module-token-pin = file:@OUT@/pin\n"
#define PROVIDER_PACKAGES "the provider pkcs11 (pkcs11-provider, which Debian has from version 13 on)"
#define OPENSSL_CNF                                                                                                    \
    {                                                                                                                  \
        "openssl.cnf", CNF_HEAD(ENGINE_PACKAGES) CNF_ENGINE                                                            \
    }
/* For programs without their own settings, such as openssl s_server. */
#define CNF_TLS                                                                                                        \
    "\n[ssl]\nsystem_default = tls\n"                                                                                  \
    "\n[tls]\nMinProtocol = TLSv1.2\n"                                                                                 \
    "CipherString = " SUITES "\n"                                                                                      \
    "Options = -SessionTicket\n"

#define ENVIRONMENT_OF(lines)                                                                                          \
    {                                                                                                                  \
        "environment",                                                                                                 \
            HEAD "# systemd: EnvironmentFile=@OUT@/environment   shell: set -a; . @OUT@/environment; set +a\n" lines   \
                 "P11_KIT_SERVER_ADDRESS=\"@ADDRESS@\"\n"                                                              \
                 "NITRO_ATTEST_TOKEN=\"@LABEL@\"\n"                                                                    \
    }
#define ENVIRONMENT ENVIRONMENT_OF("OPENSSL_CONF=\"@OUT@/openssl.cnf\"\n")

#define SOCKET_RULE "# Its workers need write permission for a unix socket of p11-kit server.\n"

/* What nginx -t and apachectl -t test, and with which variables. In a subshell: OPENSSL_CONF is for them alone. */
#define UNIT(name, files)                                                                                              \
    "# first include " files " where their first lines describe, and give " name " its variables:\n"                   \
    "#   systemctl edit " name "\n"                                                                                    \
    "#   [Service]\n"                                                                                                  \
    "#   EnvironmentFile=@OUT@/environment\n"
#define CURL "# and from a client, with the root certificate: curl --cacert ROOT.pem https://HOST/\n"

static const natt_cli_config_target targets[] = {
    {"nginx",
     true,
     false,
     {OPENSSL_CNF,
      ENVIRONMENT,
      {"main.conf", HEAD "# For the main context of nginx.conf, before events and http. Debian:\n"
                         "#   ln -s @OUT@/main.conf /etc/nginx/modules-enabled/10-token.conf\n"
                         "# nginx itself needs the variables of @OUT@/environment: systemctl edit nginx\n" SOCKET_RULE
                         "ssl_engine pkcs11;\n"
                         "env OPENSSL_CONF;\n"
                         "env P11_KIT_SERVER_ADDRESS;\n"
                         "env NITRO_ATTEST_TOKEN;\n"},
      {"server.conf",
       HEAD "# For a server { listen 443 ssl; ... }: include @OUT@/server.conf;\n"
            "ssl_certificate @CERTIFICATE@;\n"
            "ssl_certificate_key \"engine:pkcs11:@URI@\";\n"
            "ssl_protocols TLSv1.2 TLSv1.3;\n"
            "ssl_ciphers " SUITES ";\n"
            "ssl_prefer_server_ciphers off;\n"
            "# A resumed session does not need the key: it would still be served after the key was removed.\n"
            "ssl_session_tickets off;\n"
            "ssl_session_cache off;\n"}},
     UNIT("nginx", "@OUT@/main.conf and @OUT@/server.conf"),
     "( set -a; . @OUT@/environment; nginx -t ) && systemctl restart nginx\n" CURL},
    {"httpd",
     true,
     false,
     {OPENSSL_CNF,
      ENVIRONMENT,
      {"main.conf",
       HEAD "# For the main configuration, outside of every <VirtualHost>: Include @OUT@/main.conf\n"
            "# httpd itself needs the variables of @OUT@/environment: systemctl edit apache2\n"
            "# A resumed session does not need the key: it would still be served after the key was removed.\n"
            "SSLSessionCache none\n"},
      {"server.conf", HEAD "# For a <VirtualHost> with SSLEngine on: Include @OUT@/server.conf\n" SOCKET_RULE
                           "SSLCertificateFile \"@CERTIFICATE@\"\n"
                           "SSLCertificateKeyFile \"@URI@\"\n"
                           "SSLProtocol -all +TLSv1.2 +TLSv1.3\n"
                           "SSLCipherSuite " SUITES "\n"
                           "SSLHonorCipherOrder off\n"
                           "SSLSessionTickets off\n"}},
     UNIT("apache2", "@OUT@/main.conf and @OUT@/server.conf"),
     "( set -a; . @OUT@/environment; apachectl -t ) && systemctl restart apache2\n" CURL},
    {"openssl",
     true,
     false,
     {{"openssl.cnf", CNF_HEAD(ENGINE_PACKAGES) "ssl_conf = ssl\n" CNF_ENGINE CNF_TLS},
      ENVIRONMENT,
      {NULL, NULL},
      {NULL, NULL}},
     "",
     "( set -a; . @OUT@/environment; openssl s_server -engine pkcs11 -keyform engine \\\n"
     "    -key '@URI@' -cert @CERTIFICATE@ -accept 4433 -no_cache -www )\n"},
    {"openssl",
     true,
     true,
     {{"openssl.cnf", CNF_HEAD(PROVIDER_PACKAGES) "ssl_conf = ssl\n" CNF_PROVIDER CNF_TLS},
      ENVIRONMENT,
      {NULL, NULL},
      {NULL, NULL}},
     "",
     "( set -a; . @OUT@/environment; openssl s_server -key '@URI@' \\\n"
     "    -cert @CERTIFICATE@ -accept 4433 -no_cache -www )\n"},
    {"java",
     false,
     false,
     {ENVIRONMENT_OF(""),
      {"pkcs11.cfg",
       HEAD "# The provider SunPKCS11, which finds slots only by number. nitro-attest-client.so offers only the\n"
            "# token of NITRO_ATTEST_TOKEN; for p11-kit-client.so, make p11-kit server offer only this one\n"
            "# (p11-kit server ... 'pkcs11:token=@LABEL@'). The password is the PIN.\n"
            "name = nitro-attest\n"
            "library = @MODULE@\n"
            "slotListIndex = 0\n"},
      {"java.options", HEAD "# java @@OUT@/java.options ...\n"
                            "-Djdk.tls.server.protocols=TLSv1.2,TLSv1.3\n"
                            "-Djdk.tls.server.cipherSuites=" JAVA_SUITES "\n"
                            "# A resumed session does not need the key. Also call, for the server's SSLContext:\n"
                            "# getServerSessionContext().setSessionTimeout(1)\n"
                            "-Djdk.tls.server.enableSessionTicketExtension=false\n"},
      {NULL, NULL}},
     "",
     "( set -a; . @OUT@/environment; keytool -list -keystore NONE -storetype PKCS11 \\\n"
     "    -addprovider SunPKCS11 -providerArg @OUT@/pkcs11.cfg -storepass:file @OUT@/pin )\n"},
};

const natt_cli_config_target *natt_cli_config_target_of(const char *name, bool provider, natt_cli_error *err)
{
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        if (strcmp(targets[i].name, name) == 0 && targets[i].provider == provider)
            return &targets[i];
    if (provider)
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "leave it out; nginx and httpd use the engine",
                            "--provider: it is only for openssl, not \"%.80s\"", name);
    else
        (void)natt_cli_fail(err, NATT_CLI_USAGE, "write nginx, httpd, openssl or java",
                            "there is no configuration for \"%.80s\"", name);
    return NULL;
}
