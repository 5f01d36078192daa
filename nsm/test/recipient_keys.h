/*
 * Two RSA keys of 2048 bits, made for these tests and published with them: they protect nothing.
 */
#ifndef NATT_NSM_TEST_RECIPIENT_KEYS_H
#define NATT_NSM_TEST_RECIPIENT_KEYS_H

/* clang-format off */
static const char test_key_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDQk+mEBNO08wCn\n"
    "WKwPWbJyoAU+zVMUyLJ+cO8tv/OFPHJxXDZlSmajddLdHN77y0a9zQukjonGno8u\n"
    "3s38v/AEkzLANnNM0nQwYqQ9+HjYLzZ+HRw1Q0zBiAyTEhLMgABoyrbrAVjhPpKq\n"
    "crC5SpuhScIEYow4gED4NcNqtvKCIaMvg+uWS9+UCVgt1AkiSXoJItOE2n36b/sN\n"
    "5j6xcXIJ4EVILMYLk+teBrft/i8IaaUvEAUhFJeL8oRTcu61xUpsfEAwXRJD+eg/\n"
    "V+gxF0/HIGZ4jHHroNCVoC7N7Eb3yUhPCKEJEPiDck//6PblzW/bj8+z9ZK+Cmtv\n"
    "fTuqrl9/AgMBAAECggEADeq99dyalvlwguSplQafn61UsZmNSxbkbgexYHntJj01\n"
    "HPeRpkAzdAGsawDTp1+rXduyGgNBZyV07qQtgLP6hbD1UxpEUY0TSpfdAfOJIKeZ\n"
    "zmAOiJvvzFP8aXhsalpkwe6QtkKAldrmegVYDFem5blK/vQ9C0ISKQhGpzauHLJC\n"
    "A7qKveDtWKZgSUdI5G5QjmqYG2EEcOnq9ymcbF86tmF2dSBfmJhgArhXL78X5X3Z\n"
    "aZSSVNCq17tq72NLWLWOVFyv8v0chL21kwJCySMAwNK+lvTHVnOc4cy2cj6Rr8nY\n"
    "s1Ghf467jXPjX55IdsHHnFk6ol3mnvhNRa5fW5w93QKBgQDw2IKGdD2s2a5NTU9G\n"
    "AigRa117Os2B9rgm0nFQ6eM3SUNM1uZochrmL4jpmFpptY6CbwqM5OFSeO2d0sCm\n"
    "/UrRMaK1pH/z5w2i9GucEux7Dj/0EPOQGFlY/nJ8eXHPH1DnQ6P5cvjUAs5U7qX2\n"
    "Vb2l8nA8SIWVtFLJeJwCLPfsRQKBgQDds6MaYz5HPiwdMShmctmMKvVtU893SotQ\n"
    "XlqUTo6k5QlN9ZA0dwWOk72xIsdMVsiVSMyFoPGONeLMhVjP81vw4yujwii6EUWM\n"
    "29tIdILx7Qn4DBeNdfHO/bOmE9OBum0DOB7QPkuOgPdMST1Mlq6sVDpXRUZiZ0ij\n"
    "1Dkz/S9S8wKBgFo4YLzJMolbieW/PiD1kdjkpUISRwWWTGmOj5BF7S26rhFMt0cM\n"
    "53Ku/9Sxk7zhnB7URdl9q8JfNnPWjQCBBdPTiiYNFzlgpkUS1nTCyf9W2TIuX27t\n"
    "EBs8RdrHC5ERJBddyUEahoe0/WHnfBgJCl/tr4mFiTUJNbHvElHmUoEZAoGBALxK\n"
    "EMAcgYwoNXclhNZdvH3bDk4n3A/Ic8FyISPMBEHvc5OOd0bXvxR0Tarfirw/CGQh\n"
    "S/JB2mWZRmHE7sTOPsu7ZBjUkZpViOg04WwL6Bpn4wuT2Xz/KrtNpQHr3LpVBrix\n"
    "NRpPjgQda+qSWUluwDMD5fiwkTKJ3ZumZl7NLSAZAoGAAIeV2DFSaSlTD+DIJ5OH\n"
    "72U7ixnipHYoAXCmi4q+QQVzjQYVKc9qwfNjh7Hlq4VRFM1OX0ay5sH19rCZDFkl\n"
    "nCasBPwDqi9s+vQLy2kUDJx1nOkkUl82dlKBUxBv/NtEDu8L0bWk5QLNa+H8xrHY\n"
    "8NqS87p82eAQIQz7OAWagp8=\n"
    "-----END PRIVATE KEY-----\n";

static const char test_other_key_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDS7wTh8H+wfO2a\n"
    "WQHINrbixhEemQ3KQW0th8Ywy8N9WHHxwi46+79tf37zuyePaKdx8IT1y9mw8H7J\n"
    "GBuj9F2iHyhKqbBWTPR11Kups5budOMU3kGkZjK0Urq6N4Xy4TXDRHeusYv6Im85\n"
    "e62HW18qMRWsXj7dXbDy1h7zBuG4HgsSEBn+iQ3M9zLoNaq+SujQyrLyevE/SZfu\n"
    "SsIcvvTFd1deDo6q9S5ZWBQKTMPdQ+vNX5+i0UnPk+ZDbqTMuMUTEGJhllLMUmxM\n"
    "enebjxMvya7TWSlHtWzGxHQieHML7DfpR8XrDLM7hNs/fLv8JnyRRJOil4iKxqQw\n"
    "4OPWfcmtAgMBAAECggEAAJii3aWhosTTohxOzDtVXII9UaYSmygAsECCP6iPyqap\n"
    "mcqX+Vw1UBCscfFtPPNJh+GraotzN9QSM6zRBS9fZWIrqbxdjnzkswGRI6dpjY6A\n"
    "htJTAq00Rvy14OlfxE49KepjYTfIwsH+qP2vwaJxPCwL2OMiT9tgMOuIhlzWXgAc\n"
    "a/o0muyr0+tNqwOn06EAbGOB0HUzTkhEAqy4RSmx6ONoWRTZNO5L0nCcSxil9+jC\n"
    "dSkVCzu0nzuh3UtjpPNJZCj3jj7DS9UhhhLRGUR0pmMcFybdZ1cmKBFDy/+KTd59\n"
    "/6g+3C851r+P9RGxdYMDoG5+JzGT7aVfZuayIUivIQKBgQD8DbRs958n/Cpk3hcS\n"
    "E6mkXN7j6eqInLzy8ykZpo8SMhJb5HUEaGDix5RKHQGygfWJS8OgCxasEfglO64h\n"
    "ShwD9iqT2yUjYL75hWGMPIH4XkUEFkDwtEfx9QKyb9wU1AE96J/+2kxXPBiWorB6\n"
    "YEwM3qMuaR+fJv9rkH/053NGTQKBgQDWPH7M+hgwUHIrObGlDl17MKYWQCp5PeqO\n"
    "QwS2yddXk/4MaynlxYMEa4KEMykfGKi9IdtIvmxkeeN6p1u35jSjea6T2JJLRayF\n"
    "fxzTwyo9PPLn31vbtCzhIKKBa6rOR2Z+zjkzTA4PVkZTocWnPeuE2NBDdJJYUx/x\n"
    "bMRjY2EA4QKBgFj3DWQY0thuLRiFO2dqAUq+bP3NJrcpe5fVNACVxZIKkmhU7uir\n"
    "Xucswq6WJm83Z88aKuZmg44gmZGqyv99BP5w+P5PL4CZOU8hQRkaklV0ELAsmqdb\n"
    "OrmwXU9WJDxFyFptrWtq6d8wmw0wR1Iqgy1XuAk9mae3QBhbXI640vtRAoGBAICP\n"
    "jQg0jI9xtxF5bcE+/ZoPd5uipdpb7YWxcgK+3RsRFEMfi+T2wcjFO21ZxjOC+L+G\n"
    "sbDVlPY2ruvLwp545t2zB7BxJllFVmJGBWaOl6poCNxcjSMq3EO88cf4dGeVMUyn\n"
    "NGw0F7vcaheF3Laf0dXGxjO0oJ2gRGr8el2qJWwBAoGBAJfFuYA8jdGZzarcMKg7\n"
    "fjybEz4rZEKz33XkH3gBOATEqCRixY2QhqQ7e6YAdANDA5yj4r4LNQ4gYpIfLkHx\n"
    "6PfdSe4emOIokvVejenInt5or0XNupdVj7qqronj9UoOlu/D+DH4O65PqpHWhJpn\n"
    "9Wc22QlpPVbpblu60Clwqh5C\n"
    "-----END PRIVATE KEY-----\n";
/* clang-format on */

#endif
