/*
 * Private keys, made with openssl for these tests and published with them: they protect nothing. Those of openssl
 * genrsa -traditional, ecparam -genkey, pkcs8 -topk8 and genpkey are unchanged. P256_OTHER_POINT has the point of a
 * different key, and P256_WITHOUT_POINT has none. In RSA_OTHER_D, one bit of d is changed. The primes of
 * RSA_UNEQUAL_PRIMES have 700 and 324 bits.
 */
#ifndef NATT_NSM_PROVISION_TEST_KEYS_TABLE_H
#define NATT_NSM_PROVISION_TEST_KEYS_TABLE_H

#define PEM_RSA_1023                                                                                                   \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIICWwIBAAKBgFewmg8cIgF9aRERGXtqxCkwtPEcOZepKTDHsAy+kupBTQqzA7PO\n"                                               \
    "n4EVa/8pEEh+GorlWvQH9ZL9RK8e6sfO7wvytb9qmq03y3PIh4nC0k+uYOQMwreF\n"                                               \
    "4iI19czDTVWiqt0GNur45CRo+s7J5jn6+M6uyBDQzVg2KV2ulYgt3pSlAgMBAAEC\n"                                               \
    "gYAs221jr1uB8ZpunZWweaRRAdZ9xJd9io5EotHfIxnadX8oqvyI3XjguomdZG8s\n"                                               \
    "9j0zsjH9xZiNEbwx7RnjDmtfzDWpw0mRH4UYTbG2jwAHgBRuB7lRYcSNsDxzircX\n"                                               \
    "m/H9VpNXFf6MYih8FBWyD/GDvwBzTACEWI5oJ9DqMyRv3QJBAMml7arjIBgDplvA\n"                                               \
    "zYZI+TlE6XZ2nh1s/Pc3yfTInhhfHRwaCDk1334DJVWJISmyDlxAkeKnCLOFX4MV\n"                                               \
    "0CF5ZFcCQG9TWmef4FGWy5vvyupMhSLUt87sgoSofqZqmJJ2nkWoeu7w+SCpcqzw\n"                                               \
    "wdEk1znoyqCNqdtfuUUG3/PDNOP1EWMCQQCxp6FTnBTrc1O+pIeuFl6USRVSzECT\n"                                               \
    "djEMcTdZlOJMYIfZ+UljdgY4E/dxe4YfIQMr3atpv3WYDBpQ+AfNZhCzAkBb5yzv\n"                                               \
    "9Q1DbcCi9//FEuyqB3/ChH9vMoZzrfZMmz4n9WGfVjHkY962pH7swIQpW2PDzY9W\n"                                               \
    "+hxBvt4tJ47HTa5PAkEAjqhA/Pr+GB99W4Pu+oX3EHxjGlmIQ1b6b3JEvUe6wnPf\n"                                               \
    "1VjrTJxSxWHZ7WTS6Vpf8y4iZgpfdTjpOnHaw/+4EA==\n"                                                                   \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_RSA_1024                                                                                                   \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIICXAIBAAKBgQDBbVIheDHtn/07kBHeogfZwspKdy5qtdvjFF9aXHkWgiCu48Xd\n"                                               \
    "1xLOILeJFLm6AOE0xYUagoRe2TpC/5oOl8R2MKiBXOnpxi2u7rUep1JgWKkqY8Wo\n"                                               \
    "TXerPJqa5m0XpUs2d6AAA4XVWDPl+30drvfxOAq7AEUl9wF8JAgBi4El/wIDAQAB\n"                                               \
    "AoGAV6RwJWgvv0rR1C44WpcyVXIUdN9BsepLAr5VYj0qRI+bvYLJQfZUt/9NChjQ\n"                                               \
    "+r2xTVb+M3/V+KAW7QqhxGDyDAyToRVJjHr6wOSkGGnxql4JEIBc+uOXrloZiBJR\n"                                               \
    "QfZW1JGAbpOhQ0h09UA/C/clFdpHI6Fgn9qRL48SvK2Hr/kCQQD5VmbOJmep1u31\n"                                               \
    "YPyzuJMoE6LF6xOkv8+9PoBHUiDsEeLaU3p1MVUJxploAL6x2CWgoVJom+r3sfix\n"                                               \
    "RT6lm5sTAkEAxph2Zc8Ag/yl/tiejxIjm+uSNUb2I+GXkOnA+1sIUFWR2uVT8RN/\n"                                               \
    "8CVVbZgTudh7iK22oAVuClzDSM787qKa5QJAYO+FYmot7SrBMp+1Pw3oMDGKG9Yr\n"                                               \
    "ueZUlmdhKdk1MXI2ttiziDJYtEdAxt1bRfsZjdyKFF9ht1C6tfiMxYe8fwJAHTfN\n"                                               \
    "I4ljAAgpu+bO3SnEB2qPJjt8dyb3j6B0fgaUoI0WWmgnA27lAcXcXbVkIZGSCzfT\n"                                               \
    "iJOD7w5axNl/KPTPaQJBAIoFAAn4ZzMAVkNAaPhogQj/X0sbqgBLUgDAtJ90t5O4\n"                                               \
    "SFUvx9ek9++BpwqdLbxhbo1wtNJWT/rXVPf0mO+1K/A=\n"                                                                   \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_RSA_2047                                                                                                   \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIIEoQIBAAKCAQBigzXUE6wBbrEPP3nTKPPnlnl7EdV5u5Y4Pvo5AHtQdYoLXyXq\n"                                               \
    "5Zas6E4flUF20Tn+w9Un1rci5coCrfYc+UxQ7TZ00XJcWZDE5MMKkxzrQhshMhH7\n"                                               \
    "T59IRGnRpfPE+1sHlT5NHuq15uCPs2zrbAD/Rq20lwded+z44BlNe4MD4TzFE3BD\n"                                               \
    "nCTeDuSlG8ajYlUTFcO//cEcN4vgp4bCUutlbOJiitsFQ3z5+Ar0K0NUbAolUPGz\n"                                               \
    "yresZzZc8qmYQEObNg/4/J3vh3kWa3/yHdLwXjXL4398OGKYec+cuJ2g+6Kq6m4H\n"                                               \
    "lZaHd3FSXh93HPiIAtiqcL35Em/e2jFviFlxAgMBAAECggEANHmsTMIF1+V8z6CC\n"                                               \
    "ZmbkNbLEFziSvHueM2vookCNb3iNBi2y5wNRVd2Q7+XzrzUYbYsnmkcX2rEJAJBm\n"                                               \
    "D10Et/8ECQognuze3uL0ukdPGkpmZTJkvbfWIwq+S3zY807pWIq5Wx9i626GpEVx\n"                                               \
    "eZ5YkaK2mQHyXPII+zF0iP+H9KJv4CMdN8gcKxvR1FiHLj0Im28k7L27WrkasWWg\n"                                               \
    "xAF8od+mKtILY+2ll4UroNUqQ9KJa4YpH+FppoUFW04AdXJEqZxE8N4hUcUpVuqj\n"                                               \
    "KDSQgKx9pUqWPX1qdq6ab/rwphSi7ofy9iaYNwT70+YlvRpjjW3sSoDvMOGjp5lP\n"                                               \
    "9VSEAQKBgQDUxjNKr3I94sDYHdM78zRZgXTkwdjqk8vIcW1IPvu6MAJaItOjvgx1\n"                                               \
    "UdiRm/yG61Zw1bvErKINUvUWTqyt3a3hnIepCw3WnEP/QewW891q9D1GRg6xsDLG\n"                                               \
    "1iE6MztBLO9G/HPMyx5dNmu2SAj5NwCghFPcOanv1vsx78GbDsXskQKBgHaGk1Ca\n"                                               \
    "Yxnk4VXnFLbuRmzZClVsgLx7c90NhLQnbNXBIAb2TzN61SpRu6HWipy5XJqZ3trD\n"                                               \
    "tGUB+J2vTJl7wDMQSePVdiWlFVAeW3ZoGacVtssbpUnfh9Sp47bn1GLiY1Jf3/8C\n"                                               \
    "/ebWEyzFW3VlK+Zhn/wKmi2NqXI5kHkOK47hAoGBAIIBNBe/CTNs1910o7suh17k\n"                                               \
    "7XJUSuBRO6MWQupwqUgCy30daGjU1zHbt1KIl4wsQN2iih7KSB2SAXQG0BVPrE18\n"                                               \
    "YZtUyLjHM/jD46fGixQtdT750UKaYPwCm7y+zsas2Oprl6matcvIU5nFe84h4D0z\n"                                               \
    "fTXC+eU0WrkRQB8osKAxAoGAKKB4XmiND5Mkqg1LTGjgOu8qW52VgwXN8TdxBU9+\n"                                               \
    "Psaz86759utjpd3eMtsXKCFhXJzhhpsOepDyZxpvZyzD9LzglvfUR5MOeyfssel8\n"                                               \
    "4YjP307amTfFl1+kbk2Iv1xaLyIt5XthDH7Uk8QSVWsYYR+Vdw8rSfIE4uJYYyY4\n"                                               \
    "SAECgYBiHnXKvmkh6KeQV2nzyVUsWPR4mJefcX6jXPbojXUY22l7jVSx+1hVz1CF\n"                                               \
    "GV3EUUgM49DQxwBbusoyL+rpHCWOlBk9bnSChII5vUFvzHv6mv2H2aU+Ri2y7JH8\n"                                               \
    "z3gEXdrnaiQ01q6eId5ykBp5wogkUI5iRHVCmcBSdstqAaUzAQ==\n"                                                           \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_RSA_2048                                                                                                   \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIIEpQIBAAKCAQEA5sUaSoBwl1WCavvoVWGNYpwCSuOMKMQSBbPmSjORIs4WI92U\n"                                               \
    "HsQ0xze0wXZladVLUK8X55zEzwQcbmeZdM4rVZtcYqWbbFIYu1YXTXdspHQvxOg/\n"                                               \
    "eFJk+sp/2ZKGQUMlbD6rYg/pH0mQCXJnypvIoZs9wXqaVOCts5ipAl0RRPWphTV6\n"                                               \
    "mpCRd5m06+0JclUjbh8RWzqmgnBcNR13IvkO1twinNtKdEkjUpmDFNvbWZ6WG3mO\n"                                               \
    "X3Iuy3AzeQwE7xBpxQYV/VXf+gyjsIgjfCkILxMfr8s7/OqjxHlO5LfKMtYoNI2/\n"                                               \
    "m8Wt4u4DAvDQhSiH7COXLt6XAmi6qWDzBvy7WwIDAQABAoIBACLKJCSHKHIoGfk2\n"                                               \
    "8NeuVTpAerf/hem/ZVgmvtkA3Sh6GSxfAy2ANtSxuTZROwixdyE6xEfOgn0TCZY7\n"                                               \
    "WA8b5byKJ2tXvA6gccoMOIcdMeu4+FqfCLKC+WY1kQCj7kl4bfPbnsqxy1tEI8rI\n"                                               \
    "zIzm32A9nxnD+fBBzu38Xb5VeX0DoqyR6ivBFaeSXeJVoQtN2lOCaTZV22dwyCUu\n"                                               \
    "pzPfE2HiWTEN4JxgmrEv+rx59fIiwxa8wuxhhOkU1a+j8O4g2Mg6cQ1yvn47H6uV\n"                                               \
    "9ksXRESx633SPUf26yUJx7OgMHytyoi+uEHnWYUe8GoB4d3iSj6TRVvH1h9Jgmok\n"                                               \
    "DbCRCgECgYEA/FirQCpIH4mkb7pWIzXq3ZfP6D3DKQ/HkcI0db2G795cLPrjBune\n"                                               \
    "iz6RYUUzFiGJJGnHOO/cEq7yRus28H9Mf7lrOUomjyFIhK7M/oG3xuk5bYBMHUC9\n"                                               \
    "UWJymZZ0bjNd+aXcPzXqmnyv3a3omdzzMfgq2/i8YX7E1LFcrBCa9mECgYEA6hx1\n"                                               \
    "vUwhcEEUbehTcYJMsS0/SM+NALsZ+wHDKl+vtGZrxd5Qhm+lEr75hTGVox4njM9X\n"                                               \
    "tMItz44KSiHLHYDskiCqKw61HxKOsgHK2X+VjAA/rTejusPx9QBEJlg3Oum/t2ew\n"                                               \
    "2o1AJLIZGvF5f9XpQgfvgjtjdI1kbJxvcv600zsCgYEAmm39J4B4sOxAOKv1SQkX\n"                                               \
    "GdNtRfh+NePVQ0txZVi+eo8/I7vKMhHvwpFg0QFTWUjer+0YIa0QplJwLJyH+7g7\n"                                               \
    "7bJgfyf03wUEZ0a+Z0alXFKgdXXdns1ezq6L6Zhc2pAPA9fQKNLrJu4FhomGXpsM\n"                                               \
    "LdltCT94scWt2WhNiXOEEiECgYEA2o3jJOtztBYtekWP0MHx0t4I3HJWkj4ZjQki\n"                                               \
    "J+bYYzPSnRBkYHzNwGhlDQEzTuqRxZSzrl4w4jkaRgayVkLLl8fC1RuP3wg2Ctw9\n"                                               \
    "gTroY6C/0XfF9E+FDFJJTPrB5M/fWNsGcaG4JgnWAh84bC1I64n5AL1spZxyCiso\n"                                               \
    "qFQ8f40CgYEAgqJMR2nI+0n3KXEx/eCjhAwtWL9Nl0f5ydb3QrTcuHtaaZPD7J7g\n"                                               \
    "tbsTuDxaB7ZJtB9VCwhlTogRFD+VJiyVQDW1iQIgNq3l2IMUTv9DjuK9scxZvTIn\n"                                               \
    "0RTzOuEPRtXGgb1SJ8QkbSuwkNODYieDPk/cQOnIz1o5939iUVhppfA=\n"                                                       \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_RSA_2048_PKCS8                                                                                             \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDLoaRxpqGhwdOF\n"                                               \
    "KZD5xCbulixq6m71RGcVgYRk7Ri1kvTGfYOmJyKnruD/MKNIx+LPjVxeKPnzDeJx\n"                                               \
    "+AtjsGO4MKWeaDY1Q5geeAljfkAIoJd6bscY0xCYzeQfxeVAihAPHvBMJLrJw1h+\n"                                               \
    "yFpdVC6MvMv7Ks+lHP79xjOxGcm1D3/F96Dp2iAhYzwAhIU7SndcMm2iqidOUssd\n"                                               \
    "ZumyEy+bGwSLoxPsUfwKqlZfVUr4ZtMQp720lG+LoTN4jH5r7SzRIz7HfhJcnkZx\n"                                               \
    "9GAQ53WhabO1kYRm5+EpwPn5R/gpaV3G+SR3MRVJHkQZk5pYbYujY+bV5R9Tzq81\n"                                               \
    "NkQxvQlZAgMBAAECggEAAwLD1K5bC3I7N2fS7e55iOONipMmyteVEptUos1ipSSk\n"                                               \
    "G981OBqyB3qtdvh4IZZbAyia6gV/FJnq9DZvrKyp/MozWLE/w+/Y6vJpaSAvwDDn\n"                                               \
    "rHbA2NweDbRVoCaj6h1geWjCss2EOYF66Hz74Q9ilNAhz/flFBLmrkfk8cRo2BV4\n"                                               \
    "yyUq2mlQYWMWi39MAh1OcFo5YrvQZv7MTw8bRomCTW4GrwZ0jvWmQdghXA8pp1YC\n"                                               \
    "y0VZW5c7iuiEDcoCvyM+ilA6ZXt8Ko4qtkc3wTBEezCm9TBE9jYqWu5LtuJNZtE9\n"                                               \
    "DHhRjUnplFGpwcZ3L5sL5rzqM6NiNLdiD76D3OiwAQKBgQD9pzRbu0JlwmqNSfXr\n"                                               \
    "uxu7wFQ3jMWh5Vuw8QDF6e8UYlV5CVOKdRI1z0bmUAn3/VwESK4gfIHwrJ9ST9uC\n"                                               \
    "CN7otz51Uko69LBj/fxLUAgD/J2Q5jnrGNeywEZxaTibpFgmVrLYfZ62siTTvfTr\n"                                               \
    "EroZKHUzKu5DddG7DUPEUbLHWQKBgQDNg/Uz21QmgO2avoZGs1otkJjMa7OcLkMb\n"                                               \
    "y9wk7sUKVGy/RtTMdd+NTPydL6bPSEY3U230romcKLNs1bf6O/VAyJWbTROz/m3y\n"                                               \
    "L9OdO3N6PbplbYgrigAuH1VgW77443pmRvbFE946EgXV9Ibq9dqtc5Vr7R8OkLBl\n"                                               \
    "uV0SY3YSAQKBgQC3W/pGYWyTAOJjdlaWbHCU3WhDq7hl2tXYZ69GYmAYXSkqUKqa\n"                                               \
    "SRy71zWKYcuDABxXYG63PynzX+Xf66hjLKRul6BH0Q+l5KHp9n09uAHDWAZS64ps\n"                                               \
    "v02VgtapPwXTxQ6P0FaClvR3XvmuMv/sOmJas1tdfKg2DeJplCIrtV9GKQKBgCvC\n"                                               \
    "Bvltn7M7DFxAaNKw6Wh+Oyp7XBjK+Nr4Qv1SIX4bj7QCXtjR2DF7zOWi+b90wg6R\n"                                               \
    "ov3QE9i+CcYIk02iaovKqaARfzp51+sTJ9l4iRPkBMYH1lB+557qaQFFR5oyxSL1\n"                                               \
    "xSEdI9n1cGynzfpFMrRvwcbjDBPL1uMx3pFFwCQBAoGBANvraEJvUFlbVxW2Z5ts\n"                                               \
    "ysGGaX2LZ2XQtJOeQhEhusiF3YHulfoGeUZT1sRlAKKWO8onmGt6bHn5kXnVIBbJ\n"                                               \
    "MGB56IONpLBK0Bdlwmb2xiT5EMMywbb+RehF1jKiXo5+JpQVUiPAW+J4qkPdWRe2\n"                                               \
    "ZTUFpTg+7nOJytkxNycsE/dz\n"                                                                                       \
    "-----END PRIVATE KEY-----\n"

#define PEM_RSA_4096                                                                                                   \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIIJKAIBAAKCAgEAooDz9kRrpGUm7cauLy/h/xXbRGhFLQTIhJejByRl+Y22EHt/\n"                                               \
    "F/EI5TIs96TfdGnfOVFHyGFazuD/ZNwYh3oz2xjcZATzCecZ0VlNq8HkUXhMpjTi\n"                                               \
    "czZCqpT1zVBSbh+iK3dWV8hnHQY+F0b8kzPiLfZQ+bBwj1yywPWLXb54bfSQIJyY\n"                                               \
    "RMeyX/puo34SdNlj/stUgTqU+SB940O90ZrtAjm/EqY45DFY6091S7hMZywhRgNP\n"                                               \
    "+RzSMyUSMQHgRrqbg8Vwsvqn1X9df5+973PqQYPQNol2ucu/hqJGod1jkNb3nvDR\n"                                               \
    "Ad2HC7WwjWNy5gmD0hEbXtyi5Z6j3QCsm0Rbsshdsf+uprLwSiy6kCpLaVqsuwwK\n"                                               \
    "XXJ3CoqlAA0+CYp3wpg7hTz4DcJMM7QFeQgWvRlOwnx04QE/SFVmaTE48B5bbIoe\n"                                               \
    "7YJoAhhuTg2y1ghGL4hFRlchx8e8/GwiKNuLrJ5mj2W0fvOfkKz6/OcqsltY8tzZ\n"                                               \
    "auoZpDcl6Q0tvEdu+twHCVVGF+2LThDf4OPZFzMXbEL7+4HJXD4hAA8Amo9PLieA\n"                                               \
    "CKt/MfRIeLNbtrYimQ0fS5Np5LMctkrhKbVcCq1l/KIW7mB7OulL+IIPYVQ3a2SY\n"                                               \
    "0SL9i/OIgXrJ/mg45lxNVd+Z94hy/WVrzCtwimXebJI4ett61i64BgVD648CAwEA\n"                                               \
    "AQKCAgAfoC4ajv1N/LujSefrWgvHG6dVPF++H7CwkVxSjwRjmW9F7Oryq1+6T1YO\n"                                               \
    "CiHM46/kVUu9lSjZm1NI+0aw0xkVelSmCIqOMlJFenZRx4XaTynHrQInPvehgCUI\n"                                               \
    "RKoOMYzbnbmJkwByVx0tZYzRTyclH8tplKuLUxSc1gy9/UwtxgtotWEy/ZRa9n+i\n"                                               \
    "xO3tnMNHuqWjEtYcV/T4Dl56VQbsSHXFuODYlDwEa63dwyvnZmDBYfKl/jRwbLYK\n"                                               \
    "IJ3X1ghfEEVbJ8oTFFsLc/jAidQc1PzoKD+ZcCxBlQJfDRmL/jIp1h8vGEBoiH8o\n"                                               \
    "PSMG3vIvJ1Im15TCUGn+oFt3Skn4BUal1LZfr8sS/rJYtaJfXWypFltl+jOt8ta2\n"                                               \
    "n9NxHO29XFhIkj4xSKPUz+Vj86xdpJL+HP1ezngq8D4O7u04iniQpvCmMH0MuYQj\n"                                               \
    "EBaDgy6QR7/nNnkCdChtSdJqJXMJiJsT9XBlohe86nz3Lz5WBfTg5qqeDqQghpUU\n"                                               \
    "LuXPDcKhT8ENA+xY22MojOZFCnVth8yNzF2kcKKU2nREKkgskcvvhSOF8J3P5Nvc\n"                                               \
    "jKcwAGgk8Lngo07LKUHMAo0noEEMQ+f9c1oAJktAfNFQmnzYZM1fYjw2tarHocPd\n"                                               \
    "1NOcum3/U9mLx0Ss80YB1KXafSRYyQBhxcZ83i8IKKPN1bkQCQKCAQEA29oWpiNY\n"                                               \
    "fyw4e0V10K8KpRRvoc31UGp1WdbM6QEGu9eUlCt4an0w9yMxDEDlW7nJeJWTL4b7\n"                                               \
    "xclZ05fjXqW9n2HU80E2sxthPDskxvuc+cnIMvSB6nyeHj96Gdp86eVTghGBFc7O\n"                                               \
    "L3AmzA+koFqV0DDCEMgqWr67tJUZgDK7Wfs9w9CemVikVdMHuky+Aciv9FcrDmyG\n"                                               \
    "aSHfsOyCcFxqYR3hgil4VEvPpKsIaqEu12o1SQ1LyuvbxC/D6VRD9ZHxNCI2zJX/\n"                                               \
    "3G3lxDdFAQ370bpqOdxnQquidJzObmph3SSl3jpQPXwzZLM3USE29JfwV/GSgOmq\n"                                               \
    "0k8dreJTTntxRwKCAQEAvTj9TP7WktlCOGPnVs8pF8Nq6qcZbmW8lyA9/US6yKCY\n"                                               \
    "brV61Syaj78nsUSBL7GOW+qEMU+6LrSyVcAMOwsS8zS9bHgmhiyzWsXFU5HjXjpW\n"                                               \
    "7b5grqzpaQsnVT8Xf73Aaj86HhKwYpxmnMoc/d+NEVX/DKWGV8YbIDGjGmnUG1oB\n"                                               \
    "eE6RQGQjSFE4PKVsJiBrot18loeiK8WS3sXI6AaCvAbSczL0p4f+nPmRZDi8fDJ3\n"                                               \
    "eoMxuhzR6By4phxdJ8ux3cbkSRC+LZjDOYmbu77KyWpDpB2R7lcLWvFeHNAj8ZlZ\n"                                               \
    "kx8kfJVyfYyW9/yu59k8SLscCfoCIWYfGDGLi1IXeQKCAQEAn9q/RSXGHxHkL52d\n"                                               \
    "wJLFxqpJUPkUOdhuY1hPvcvFPafOnL3O3H8Sr1+jNimpmzxHRapcTt5zCqkQ600x\n"                                               \
    "QYx5h/32fLkaMLjjxouqfhRNW0Jgksw9+mWKAqxc95dp5Bee1KAtn9GzEcMWMqHd\n"                                               \
    "LcsvyyTotpMUWM7+ZJtU42X/27lWe56g8xcExnKe19MdBOcLKTqIUACQ6rh6kYYm\n"                                               \
    "gdRwdRTo91934rMM08qYYA+6o17SR7+nMHC2ZrvkUy+2CkSHgUSvW6plU72Ep1sY\n"                                               \
    "jV/BjglhW5jqbAuoH+o0HwyzA7y17hOwbER2ie3VduQTtV0UoJ1BzQIZ9rkX92rs\n"                                               \
    "78/J2QKCAQAWV3ZA8w3uxMw20ETuUQNvFNm43wX3rPd5eIsZLlZHff7Bg5f/N4cA\n"                                               \
    "VfefzJDcSsCeRbBaCinXfepYiZZoGkSghqee+QjDat+6ZgOIfH82DvlYlNPhi/T7\n"                                               \
    "PB/mxs5FfOgNI23/QwGkgwbymEKYDx8e3uKAYcLc9j0ZrgKuCbTLjfMCe3RW//vS\n"                                               \
    "fBSBxJ5iWg2baz9cnqMdO/S9bOjtzGb/QGb0xx1v8nSzoBv0k2Zd26+TvY3Phbub\n"                                               \
    "Blke89Zj7n8Pyn4Fyn5J7/GNB5xlrH9RDMTzybIDTC/BCyKrkD/ONOcIofKy6wpb\n"                                               \
    "nI/us90K7vFZPQ5wdx5tRxuAxcjOKGExAoIBAEyjjgEyddCi8OKXFyuHjMxJOC3F\n"                                               \
    "hEXHQZeQm4yHSdZCSLO13BiqURWKt7/9bQ8owgr996tyfwLbUDQhH2GyJ3vAo+JZ\n"                                               \
    "nWl0xgfB0IM8AMNrYhrKd5d2YH8qNERWdku0IB8/yByKHLlsiyOEbPaKYhjP/F+B\n"                                               \
    "Ru0osRe556dZ6pt/2gBA/A5GCGU7H4hEiKp2qTXw2uI/VYoWcv/Gb2905FAp7S7D\n"                                               \
    "nZG4Kb+AdcuBWX9LisBNAHm2yCfe/hysMklCrPbxqml5wb5zDA1VzKXL/HiwZfYB\n"                                               \
    "fkuqhupdfcvyDhI8JlsPJn3iBJZuraM+VifBffgoGAX/8VAUTyccWN3EFno=\n"                                                   \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_RSA_UNEQUAL_PRIMES                                                                                         \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIICcwIBAAKBgQDg9xE0upQ0jZ+YtjxB0S7GQPnFlKWWTY+2FJq+tnM5CL8609kG\n"                                               \
    "PVZPf5GEJMteDeXopRpMknPr2rKB00kD3CNcWQ3xWmrZ/tsAsg1yAhxt0/YyGgYh\n"                                               \
    "4euKTq6OxqV5I8QsbioGk3XOfYnqcaGU8guQAGb4QZxE66Y5+TzoVAihlwIDAQAB\n"                                               \
    "AoGAd2aq2zGsN7hzXLpcgRJloRQbfaLHwF6qSBnniBGOVlcuKCsIpScpCEDD5Rv9\n"                                               \
    "80Ua+eEqmi+EcPvznSqlpgFMbLwtQGMH8D7+tmm0gm1W7WUbGzE0L2ZyU1YWJWXW\n"                                               \
    "4vaMjBB9aQ1s7pIwfQhrtM/zrA9fAfwCsyjiO8Ur56P+3gECWA8j9eVrZvswGiFr\n"                                               \
    "WVU67I7UPFzNfCeZ9GylZsDNn8X8wjknu7WeeDg6BUOYnZCn77qo4c8FmAEdR4VW\n"                                               \
    "0CIjEHqMt75CXmBd6LED2Xs3cvtqeEHUTLhd3k8CKQ7byHnkGsBM7f/HjF8bMzaZ\n"                                               \
    "fLuVoh5X6nHTqaVJxjW1q1q+at5gRT45AlgNVhCfj5Y7RaiOrV8X2vpJ6RpuaDWn\n"                                               \
    "ME4DcUHsLHNC0xxFegE2viqI5FqEqyaHJ9XbJi0YzIWS3baE9e4JU7eNKuwic5Vr\n"                                               \
    "7uwrGAf2J+ZpHORmn9kgQNazAikLAz8diMGDEgG8eGxD+WcF6tEWP5t/He44G4c7\n"                                               \
    "aOit2k583XFcDMKFkQJYBd32ctXpQGGoeWXjudPaEUCoB7BY83XJTC1vn41Kczao\n"                                               \
    "z+AGIp4ifHlB9y/0x8sjO4sxivRK96OoMAOaw/5lyk9TFVV54v/Z6sCeKoFXCDwT\n"                                               \
    "rj0z4AF9og==\n"                                                                                                   \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_RSA_OTHER_D                                                                                                \
    "-----BEGIN RSA PRIVATE KEY-----\n"                                                                                \
    "MIICXAIBAAKBgQDBbVIheDHtn/07kBHeogfZwspKdy5qtdvjFF9aXHkWgiCu48Xd\n"                                               \
    "1xLOILeJFLm6AOE0xYUagoRe2TpC/5oOl8R2MKiBXOnpxi2u7rUep1JgWKkqY8Wo\n"                                               \
    "TXerPJqa5m0XpUs2d6AAA4XVWDPl+30drvfxOAq7AEUl9wF8JAgBi4El/wIDAQAB\n"                                               \
    "AoGAV6RwJWgvv0rR1C44WpcyVXIUdN9BsepLAr5VYj0qRI+bvYLJQfZUt/9NChjQ\n"                                               \
    "+r2xTVb+M3/V+KAW7QqhxGDyDAyToRVJjHr6wOSkGGnxql4JEIBc+uOXrloZiBJR\n"                                               \
    "QfZW1JGAbpOhQ0h09UA/C/clFdpHI6Fgn9qRL48SvK2Hr/sCQQD5VmbOJmep1u31\n"                                               \
    "YPyzuJMoE6LF6xOkv8+9PoBHUiDsEeLaU3p1MVUJxploAL6x2CWgoVJom+r3sfix\n"                                               \
    "RT6lm5sTAkEAxph2Zc8Ag/yl/tiejxIjm+uSNUb2I+GXkOnA+1sIUFWR2uVT8RN/\n"                                               \
    "8CVVbZgTudh7iK22oAVuClzDSM787qKa5QJAYO+FYmot7SrBMp+1Pw3oMDGKG9Yr\n"                                               \
    "ueZUlmdhKdk1MXI2ttiziDJYtEdAxt1bRfsZjdyKFF9ht1C6tfiMxYe8fwJAHTfN\n"                                               \
    "I4ljAAgpu+bO3SnEB2qPJjt8dyb3j6B0fgaUoI0WWmgnA27lAcXcXbVkIZGSCzfT\n"                                               \
    "iJOD7w5axNl/KPTPaQJBAIoFAAn4ZzMAVkNAaPhogQj/X0sbqgBLUgDAtJ90t5O4\n"                                               \
    "SFUvx9ek9++BpwqdLbxhbo1wtNJWT/rXVPf0mO+1K/A=\n"                                                                   \
    "-----END RSA PRIVATE KEY-----\n"

#define PEM_P256                                                                                                       \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MHcCAQEEIIpr2SciFQ26KakhqoPX968hzln7aJh/11J4xlnmdw0qoAoGCCqGSM49\n"                                               \
    "AwEHoUQDQgAEh7WH2Wf9ompbUMk+NnUojOjJMwp4mDfNWIa0jCtH0lqo5vni5RGb\n"                                               \
    "RihvdXWBHQnaHIz3yN6IR+mgFNutEiFVyQ==\n"                                                                           \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_P256_PKCS8                                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgimvZJyIVDbopqSGq\n"                                               \
    "g9f3ryHOWftomH/XUnjGWeZ3DSqhRANCAASHtYfZZ/2ialtQyT42dSiM6MkzCniY\n"                                               \
    "N81YhrSMK0fSWqjm+eLlEZtGKG91dYEdCdocjPfI3ohH6aAU260SIVXJ\n"                                                       \
    "-----END PRIVATE KEY-----\n"

#define PEM_P256_WITHOUT_POINT                                                                                         \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MDECAQEEIIpr2SciFQ26KakhqoPX968hzln7aJh/11J4xlnmdw0qoAoGCCqGSM49\n"                                               \
    "AwEH\n"                                                                                                           \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_P256_OTHER_POINT                                                                                           \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MHcCAQEEIIpr2SciFQ26KakhqoPX968hzln7aJh/11J4xlnmdw0qoAoGCCqGSM49\n"                                               \
    "AwEHoUQDQgAEUQt64VNECaKyivB6oe5SiGexUb6/3EbYL1rgSVzpq/DmErDsjm8d\n"                                               \
    "ipbdvXbUI8YwHFwhvWUx0n0xT1tJRmpdog==\n"                                                                           \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_P384                                                                                                       \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MIGkAgEBBDCYqT7rOeTSji+utjdKGl6reMz4MKka5dqD1/cAmBMQIcgzgWEPC4K2\n"                                               \
    "VGzkrGAXxkegBwYFK4EEACKhZANiAAR4SH9FfPntfBW+D/eaiBj9Ja5gLSbH7FAH\n"                                               \
    "Gmd7OBpefMo5h4Hx78OvGvaXDmLXtRniUxDkSjcYDDP3x7a5NQ2BVg+CfkMoRSzQ\n"                                               \
    "gBGtQdc+6vDmFkOiOJ8pbLXEPIImy6E=\n"                                                                               \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_P384_PKCS8                                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCYqT7rOeTSji+utjdK\n"                                               \
    "Gl6reMz4MKka5dqD1/cAmBMQIcgzgWEPC4K2VGzkrGAXxkehZANiAAR4SH9FfPnt\n"                                               \
    "fBW+D/eaiBj9Ja5gLSbH7FAHGmd7OBpefMo5h4Hx78OvGvaXDmLXtRniUxDkSjcY\n"                                               \
    "DDP3x7a5NQ2BVg+CfkMoRSzQgBGtQdc+6vDmFkOiOJ8pbLXEPIImy6E=\n"                                                       \
    "-----END PRIVATE KEY-----\n"

#define PEM_P521                                                                                                       \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MIHcAgEBBEIAhebQQIfKTYOPLfxhmQWFQJLbeg9g+HDkWx7ogW2iW4Ojw03xGVW6\n"                                               \
    "a6w+XzvCqYl41q3l6ITFt1jf+kSEvIDDBUqgBwYFK4EEACOhgYkDgYYABAD0zuEO\n"                                               \
    "NGuTkPx70tv51wCjNL/7xRO+9MJP4mqXst9slwOUZKoKrS6BcwZ+Ee9Ht3+dhYEC\n"                                               \
    "Hd0nTqohjgr0Ooat5AEQ8pCEQ3ccLSh5UkOAZpA7WihkjyhKfxXdaaav6iYURij9\n"                                               \
    "bxBs0Y9apQfWAP9iSNVO3s2K53et2clRMMtkcFP06Q==\n"                                                                   \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_P521_PKCS8                                                                                                 \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIAhebQQIfKTYOPLfxh\n"                                               \
    "mQWFQJLbeg9g+HDkWx7ogW2iW4Ojw03xGVW6a6w+XzvCqYl41q3l6ITFt1jf+kSE\n"                                               \
    "vIDDBUqhgYkDgYYABAD0zuEONGuTkPx70tv51wCjNL/7xRO+9MJP4mqXst9slwOU\n"                                               \
    "ZKoKrS6BcwZ+Ee9Ht3+dhYECHd0nTqohjgr0Ooat5AEQ8pCEQ3ccLSh5UkOAZpA7\n"                                               \
    "WihkjyhKfxXdaaav6iYURij9bxBs0Y9apQfWAP9iSNVO3s2K53et2clRMMtkcFP0\n"                                               \
    "6Q==\n"                                                                                                           \
    "-----END PRIVATE KEY-----\n"

#define PEM_SECP256K1                                                                                                  \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MHQCAQEEIDbO1wkB0Ubas0DJFMhpyn+o9D0tk4nZkNd9aFjyBBWyoAcGBSuBBAAK\n"                                               \
    "oUQDQgAE3i3T7XDx7t6qppD5Z3+/Dsy8zTqqYRVqdt6fio7idZ8uMUQNVqhJlwt6\n"                                               \
    "AeEdebQUZNt6dFmVcoAF6Tn6vr/01g==\n"                                                                               \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_P224                                                                                                       \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MHgCAQAwEAYHKoZIzj0CAQYFK4EEACEEYTBfAgEBBBw9cKi231zHzLqe+90hgzoI\n"                                               \
    "l7M0/9FRBKB2nBjpoTwDOgAEo4WylL/LJDp62rNSAxhDFr8Yyys4473e8UZgt637\n"                                               \
    "GXcTSwDCnI7GFoQIrur4pU8A8QfswFwgDgw=\n"                                                                           \
    "-----END PRIVATE KEY-----\n"

#define PEM_ED25519                                                                                                    \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MC4CAQAwBQYDK2VwBCIEINwg9XhKMzQIgnJdMEttkLmodzxPU+ETsYks3RO7DYI+\n"                                               \
    "-----END PRIVATE KEY-----\n"

#define PEM_RSA_PSS                                                                                                    \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIIEvAIBADALBgkqhkiG9w0BAQoEggSoMIIEpAIBAAKCAQEAvG0b4IhsUvZXDOKL\n"                                               \
    "Lbt2rpu+Tcb646VHOpsWuSNe5tTMocM3wwKFEgXx5UyieCvTt7ieq0EI3duy8x1b\n"                                               \
    "NK6xNnMhRyQk5b9FcNzqibUhw6w5aBhjUat4aHustMNdblKbqCZhKtGom3TqWXRL\n"                                               \
    "lt1RPJIzDJhA6UPnbio6467deuu1NfR3cas8CrFzPsxLlevubHMkCMS3YnjKvOK6\n"                                               \
    "svMihMmmOp5SmDJJhFIH8nirELv/z5etMXLbLjJ9kfF8NvmK2evSs9XcysvFfFua\n"                                               \
    "0cm0dZBZ8Pv53b4FUERbf6KHpBTixYHJDSXb78igYlullYeeEsWHD+/bj9O6HRvK\n"                                               \
    "zLW2gwIDAQABAoIBABEZh8OfLdFzmJ/LOV07m4AqEyGk0qTxHV80ruG7U4P4QN/X\n"                                               \
    "Qwq4AlKJ5pNsGnx0YcDVCNU60C6uHvXQLrQ/vEZYOWdm4NBWxNsCuWgo33kN+qG3\n"                                               \
    "QOArAwDcZGZ9Kk/2QDkIzp2frED7Yb8ffjKhQBuSmv5kHNPufSSywWhjOKdMb6NC\n"                                               \
    "fuiittK6fSPRABgBgIVv6wVrz7uuWK9IMdIsnIU2pjhFgXgRV082zOwFf41zokfJ\n"                                               \
    "kErUHRAaqZSMala+vhxPV7M3Di1+S6FCq1RcExSCJmWLBh7hC7mBqyJKBFB4fFZF\n"                                               \
    "F5F3PnF9T4rzVllBBBjIdUr7VThYWSagZHU6rwkCgYEA9m5NJJOW0YtZ2MhLkFqm\n"                                               \
    "V73QdteWbloxw1feWbwZEzVfnOziN1R7LTYoWOTk4P6gSoJ0aHplYQ4DZa0KXBWA\n"                                               \
    "JzkpA1mf71GBmmV/E/tw9WwIVg7gBmUsTN0P1ESMgeJPWbI6mxgqzyellhiZQGjo\n"                                               \
    "HiWd7gRreCxz1gM5Ykt2dHsCgYEAw74zKgOFqiky+qxNCk1CgoTdUycHoDIBJ2RK\n"                                               \
    "Yl5quE5EKT7EfVXjQbqmErS3xTWA2ZcXxb3xkXIg8hfSv9YECa/Ofuxq8KgqPxSc\n"                                               \
    "PNg5Ii8ToVPKOe/gyV0g6n2PVedxb+fOr9DrILjo/rK/Qv53Bh9cwMbLCP1WZm/y\n"                                               \
    "lr/pe5kCgYEApX0/Sv/eOYw2YxFnRWLK8INk+lofCK6DWqaoiGR8Bl1Cf1TJOdT+\n"                                               \
    "/0auY7wbRElahY8D86G2cS4C9AX3vg0mSbDmLPzEHegDfBcK9vVVT0skcf59TW4m\n"                                               \
    "CNwvpCIApbzAAwFgwATDwufiGGEekZWhw5UJcO0A6uwXQjJaF/uLaf8CgYBZcoT2\n"                                               \
    "4f0msQT2v93Eo2GNOyHYabF2ZuNYGOBU60hhSIKlRmWL0L+0vZI+Yg7IM5bZ182p\n"                                               \
    "Mw88o6aienh36ViXBJucLHUB3BbSFJ0AwN363QBfbGaw6wkRe1kbTp09aDHSLV+p\n"                                               \
    "wBJyNY1jNlNoTdgeGB7OiQkm5n2g+e8lLDWJoQKBgQCdWfWg8SQ+nX4k4xAR9fJx\n"                                               \
    "3yrp3CIUUX+IHo9uv42JjgaXHasYBB8hkNWA2ykogrStvtFS/qKBxeFKkyy1TJmq\n"                                               \
    "Vdhf3oUQpfmEx18S3WLI2lQHk4hWc9ENsDf4RV0Nw+AAi0rfEzkG38n3xQlshUQU\n"                                               \
    "tOFaHt23nISO//hCEDVNzQ==\n"                                                                                       \
    "-----END PRIVATE KEY-----\n"

#define PEM_PASSWORD_PKCS8                                                                                             \
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"                                                                          \
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhAlQFHegJXYQICCAAw\n"                                               \
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDcXkdWNWMkTdSNwmLAnrI8EgZCp\n"                                               \
    "5SrdsqqvzQLhbc+yyfPTLzkI4f+k4TSIIKLBOlcJ5GismOaiHvBSaqSBh3KQ1hTh\n"                                               \
    "6AK9l7KssCRPwMrk9vRC8xvylzY969zVvXiOyai4/NGtrVWnXvq1TEF/6nhDPmmq\n"                                               \
    "ud78dYma+C51NR3YM08hmIzqeJbkWSM42locUgjAnH7U/EX/4kjelOFAVBaUMRo=\n"                                               \
    "-----END ENCRYPTED PRIVATE KEY-----\n"

#define PEM_PASSWORD_SEC1                                                                                              \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "Proc-Type: 4,ENCRYPTED\n"                                                                                         \
    "DEK-Info: AES-128-CBC,661E1FB7376F75187F3AAC7CB92E5AEE\n"                                                         \
    "\n"                                                                                                               \
    "l3l5gSwpKuAqeKfVzrBjFPfV2DE5AkTbCKBeK6ttpD+yEO5SDtjR4u054xI934qH\n"                                               \
    "Ai0p7SFLpr3JSZePZt79Z4RTVelHN5z8X8+PJFKWDdUFL/T04qnOOoOoLRgJ1qDD\n"                                               \
    "v78BCSOpw9bTRi56yoYy+N3LY66vlz/ChApvDiIWU98=\n"                                                                   \
    "-----END EC PRIVATE KEY-----\n"

/* The curve's parameters instead of its name: openssl ecparam -param_enc explicit. */
#define PEM_EXPLICIT_SEC1                                                                                              \
    "-----BEGIN EC PRIVATE KEY-----\n"                                                                                 \
    "MIIBaAIBAQQg/7dQuLeVro29O2cyEEjmWpW+cTnDV4qs0s4Ekln1ZFyggfowgfcC\n"                                               \
    "AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////\n"                                               \
    "MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr\n"                                               \
    "vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE\n"                                               \
    "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W\n"                                               \
    "K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8\n"                                               \
    "YyVRAgEBoUQDQgAEJU5xE0PmtavXOOrejbKjytONUiwWDNJ26F4s9fb1/WXF7WPb\n"                                               \
    "8DLOHBRB22AtHfaw2vdVpIpqrN4o4StZGP5XkQ==\n"                                                                       \
    "-----END EC PRIVATE KEY-----\n"

#define PEM_EXPLICIT_PKCS8                                                                                             \
    "-----BEGIN PRIVATE KEY-----\n"                                                                                    \
    "MIIBeQIBADCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAAB\n"                                               \
    "AAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA\n"                                               \
    "///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMV\n"                                               \
    "AMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg\n"                                               \
    "9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8A\n"                                               \
    "AAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBBG0wawIBAQQg/7dQuLeVro29\n"                                               \
    "O2cyEEjmWpW+cTnDV4qs0s4Ekln1ZFyhRANCAAQlTnETQ+a1q9c46t6NsqPK041S\n"                                               \
    "LBYM0nboXiz19vX9ZcXtY9vwMs4cFEHbYC0d9rDa91Wkimqs3ijhK1kY/leR\n"                                                   \
    "-----END PRIVATE KEY-----\n"

#endif
