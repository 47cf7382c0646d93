// SPDX-License-Identifier: Apache-2.0
// Keys that tests get from CreateKeyPair: always the same two.
#pragma once

#include "api/ec2/private_key.h"
#include "api/wire/base64.h"

namespace postern::api::ec2 {

// PKCS #8, made by `openssl pkcs8 -topk8 -nocrypt` of ssh-keygen's keys.
inline constexpr const char* kTestRsaKey =
    "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCur3hshxJCxiPCEbhs7UXDN0VW3EAByD7Y5e44"
    "HRVI21WpOxeb2gnh2xgUqgmknHS0Soc5OBa0tYIgfrHzWnb4LB6lGhx0u/+9Yj+Mt3rz5pDNDJ+y4ZUjw+0Y1Jmg"
    "FgQOiOSoC+K3iLhYquRgghRW9CSlTbCPm0I/fDtSD8saCPKfxTK8Nszu12D5FBUFGTdIFtmcRtpxOojd+pYOPsRm"
    "30AISXbGYpWW3ELlbWqsRsa2oYheHBlSYMGoTfXcfSli/L77T8z/bBE7RMd8L4d6rgqsqPf3qlrA+q93hCr6l01M"
    "Ps9B3gdPEbsuLTOhVnSwbCXGZZ53qVoOTlRpuH+bAgMBAAECggEABzaG+TiwXHPvJH/7Ck/0DrYTbo8UiYVpx1+p"
    "1Jo4mxs2F0o/6hc4oQTyabciYFronIUzTG9wWltuixtlfQHwRag0uJ9rR9OT6FaTcPgmjeKL6+K2x6Su7tWwXLbk"
    "Z7V9dZ2EVjgKFmqr0R5aq/u2m/Vx7Xus+iZiRgSXULGVJJNxHPxzLMhd85HmkBspS2VD0yU5yGa6Japj86a5GViv"
    "zWJ9mjmHXJFxvdUJWVvaWzr+tTitt5Jcv1EXmxZyEpKbiXNa+zWD6M/LevNKh+nIwy8Q81B3MNhYBs6IJbqLuM0w"
    "17ZtPrqbyhxeXqmdrRjTbz88wzppXP/nJKno0ULEYQKBgQDrE3ylO5niubECpVTN0JkzZEZE69fmSseMsPeBZAl6"
    "ZsgcRvlOPK1gNpjGwIg0J3EH0IC+3/eUdGyNtNTkNsG63jzpHon3vJbHo7QpEeQXTomygNS1f/uIAytdpKNKmG01"
    "4pThQxtwVynBNcOwPpehmR1+OdDGGil9RYrckGxCUQKBgQC+O+dUfR0v4bnesxwYmS0E3uQIhrgEhWCdvUb/AVhc"
    "gPjOO0MUW5e0sWORp5foumtWFPiupP643VwEzUfp+fexR7XnTLOVvhgkfZpWkqt9EpsAxtcfmqJ0AsizsJaiqRIW"
    "Bh5NlGaWu25Lplz5DdoCP3LwLfF3ZGQBObjpVSCcKwKBgFHty75mxF5Rq5CpgKHutsZDh34T2H5Jx7yQHOL6s5b2"
    "ZX39enw7B44F2T9D8PSEXo+DqqtbsZUK8p58zMnxD5oKRJ5W52zxTHet5Wd+9cjttW4CGqBbR5YCzMVpUQP5le52"
    "1r6fvdtsdYACNf6iAgTvMWlByzKQAa/IYfo3V5PRAoGAI4Ux64+0/HTMbO3KqDkps8gekgz9nTJ+WNW3xPOuWQ9n"
    "5bIhE1MK351jtxWxAq6UTi16RbnfKguDHA5siB65hiuapoam3aXyAhZF1DZsuNzZfmqiTm9kN/8xFIQ7jEG/c8dO"
    "rzOveCOlM5DruUFB3LuWLYyWkrF3DteFVGQlw6MCgYAs5MYJ/96U9ZRBbT2fRwUyTKLD4WJwYLpBrZTr9RpvSI61"
    "22x19HoS9yVQEQ/8UURw8A7JII7MoyZXrBX6lb45P61DujMPIlqkgVSh2qkWA2vItJhndkEz7vEO0joTyEwaH7cI"
    "H4FNev36CsvYu3fidcTtKbGhibhVm331b7XnDA==";
inline constexpr const char* kTestEd25519Key =
    "MC4CAQAwBQYDK2VwBCIEIJVId7UnRSAQtyrEEcft/eu8TabH21o++sLhRChLFrgj";
// ssh-keygen's public keys of them.
inline constexpr const char* kTestRsaPublicKey =
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCur3hshxJCxiPCEbhs7UXDN0VW3EAByD7Y5e44HRVI21WpOxeb"
    "2gnh2xgUqgmknHS0Soc5OBa0tYIgfrHzWnb4LB6lGhx0u/+9Yj+Mt3rz5pDNDJ+y4ZUjw+0Y1JmgFgQOiOSoC+K3"
    "iLhYquRgghRW9CSlTbCPm0I/fDtSD8saCPKfxTK8Nszu12D5FBUFGTdIFtmcRtpxOojd+pYOPsRm30AISXbGYpWW"
    "3ELlbWqsRsa2oYheHBlSYMGoTfXcfSli/L77T8z/bBE7RMd8L4d6rgqsqPf3qlrA+q93hCr6l01MPs9B3gdPEbsu"
    "LTOhVnSwbCXGZZ53qVoOTlRpuH+b mine";
inline constexpr const char* kTestEd25519PublicKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDU5k8pgoWDu4r3TPVq0eE8LCPkoUZRvYTyui92hc5fr mine";

inline Result<std::string> test_private_key(KeyType type) {
  return *wire::base64_decode(type == KeyType::Rsa ? kTestRsaKey : kTestEd25519Key);
}

}  // namespace postern::api::ec2
