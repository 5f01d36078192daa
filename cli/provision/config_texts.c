/*
 * Configuration for programs of the parent side, as Debian 12 has them. Tried: OpenSSL 3.0 and its engine pkcs11
 * (libp11 0.4.12), nginx 1.22, httpd 2.4, Java 17. Not tried: OpenSSL's provider, which Debian 12 does not have.
 */
#include <string.h>

#include "cli/provision/config.h"

#define HEAD "# Written by nitro-attest provision config, for the token @LABEL@.\n"

/* init = 0: OpenSSL would start the engine before it knows the module; nginx then says "engine not initialised". */
#define OPENSSL_CNF                                                                                                    \
    {                                                                                                                  \
        "openssl.cnf",                                                                                                 \
            HEAD "# OpenSSL 3 with the engine pkcs11 (Debian: libengine-pkcs11-openssl, p11-kit-modules).\n"           \
                 "# It is read in place of the system's file; what you need of that goes here as well.\n"              \
                 "openssl_conf = openssl_init\n"                                                                       \
                 "\n[openssl_init]\nengines = engines\n"                                                               \
                 "\n[engines]\npkcs11 = pkcs11\n"                                                                      \
                 "\n[pkcs11]\nengine_id = pkcs11\n"                                                                    \
                 "MODULE_PATH = @MODULE@\n"                                                                            \
                 "init = 0\n"                                                                                          \
    }

#define ENVIRONMENT_OF(lines)                                                                                          \
    {                                                                                                                  \
        "environment",                                                                                                 \
            HEAD "# systemd: EnvironmentFile=@OUT@/environment   shell: set -a; . @OUT@/environment; set +a\n" lines   \
                 "P11_KIT_SERVER_ADDRESS=\"@ADDRESS@\"\n"                                                              \
    }
#define ENVIRONMENT ENVIRONMENT_OF("OPENSSL_CONF=\"@OUT@/openssl.cnf\"\n")

#define SOCKET_RULE                                                                                                    \
    "# Its workers need write permission for a unix socket of p11-kit server; without, they wait forever.\n"

static const natt_cli_config_target targets[] = {
    {"nginx",
     true,
     {OPENSSL_CNF,
      ENVIRONMENT,
      {"main.conf", HEAD "# For the main context of nginx.conf, before events and http. Debian:\n"
                         "#   ln -s @OUT@/main.conf /etc/nginx/modules-enabled/10-token.conf\n"
                         "# nginx itself needs the variables of @OUT@/environment: systemctl edit nginx\n" SOCKET_RULE
                         "ssl_engine pkcs11;\n"
                         "env OPENSSL_CONF;\n"
                         "env P11_KIT_SERVER_ADDRESS;\n"},
      {"server.conf", HEAD "# For a server { listen 443 ssl; ... }: include @OUT@/server.conf;\n"
                           "ssl_certificate @CERTIFICATE@;\n"
                           "ssl_certificate_key \"engine:pkcs11:@URI@\";\n"}},
     "set -a; . @OUT@/environment; nginx -t\n"},
    {"httpd",
     true,
     {OPENSSL_CNF,
      ENVIRONMENT,
      {"server.conf",
       HEAD "# For a <VirtualHost> with SSLEngine on: Include @OUT@/server.conf\n"
            "# httpd itself needs the variables of @OUT@/environment: systemctl edit apache2\n" SOCKET_RULE
            "SSLCertificateFile \"@CERTIFICATE@\"\n"
            "SSLCertificateKeyFile \"@URI@\"\n"},
      {NULL, NULL}},
     "set -a; . @OUT@/environment; apachectl -t\n"},
    {"openssl",
     true,
     {OPENSSL_CNF,
      ENVIRONMENT,
      {"openssl-provider.cnf",
       HEAD "# OpenSSL 3 with the provider pkcs11 (Debian 13: pkcs11-provider; Debian 12 has none). Not tried.\n"
            "# A key is then the URI alone, without an engine: -key 'pkcs11:token=@LABEL@;type=private'\n"
            "openssl_conf = openssl_init\n"
            "\n[openssl_init]\nproviders = providers\n"
            "\n[providers]\ndefault = default\npkcs11 = pkcs11\n"
            "\n[default]\nactivate = 1\n"
            "\n[pkcs11]\nactivate = 1\n"
            "pkcs11-module-path = @MODULE@\n"
            "pkcs11-module-token-pin = file:@OUT@/pin\n"},
      {NULL, NULL}},
     "set -a; . @OUT@/environment; openssl s_server -engine pkcs11 -keyform engine \\\n"
     "    -key '@URI@' -cert @CERTIFICATE@ -accept 4433 -www\n"},
    {"java",
     false,
     {ENVIRONMENT_OF(""),
      {"pkcs11.cfg",
       HEAD "# The provider SunPKCS11. It knows slots by number alone: let p11-kit server offer this token\n"
            "# and no other (p11-kit server ... 'pkcs11:token=@LABEL@'). The password is the PIN.\n"
            "name = nitro-attest\n"
            "library = @MODULE@\n"
            "slotListIndex = 0\n"},
      {NULL, NULL}},
     "set -a; . @OUT@/environment; keytool -list -keystore NONE -storetype PKCS11 \\\n"
     "    -addprovider SunPKCS11 -providerArg @OUT@/pkcs11.cfg -storepass:file @OUT@/pin\n"},
};

const natt_cli_config_target *natt_cli_config_target_of(const char *name, natt_cli_error *err)
{
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    (void)natt_cli_fail(err, NATT_CLI_USAGE, "write nginx, httpd, openssl or java",
                        "there is no configuration for \"%.80s\"", name);
    return NULL;
}
