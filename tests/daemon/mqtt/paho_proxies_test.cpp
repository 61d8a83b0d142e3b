#include "daemon/mqtt/paho_proxies.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace qk::daemon {
namespace {

class PahoProxies : public ::testing::Test {
 protected:
    void TearDown() override {
        for (const char* name : {"http_proxy", "https_proxy", "HTTPS_PROXY"}) ::unsetenv(name);
    }
    static std::string value(const char* name) {
        const char* found = std::getenv(name);
        return found ? found : "(none)";
    }
};

TEST_F(PahoProxies, NeitherIsLeftForTheBrokersLink) {
    ::setenv("http_proxy", "", 1);
    ::setenv("https_proxy", "http://proxy.example:3128", 1);
    keep_paho_off_proxies();
    EXPECT_EQ(value("http_proxy"), "(none)");
    EXPECT_EQ(value("https_proxy"), "(none)");
}

TEST_F(PahoProxies, WebHooksKeepTheirs) {
    ::setenv("https_proxy", "http://proxy.example:3128", 1);
    keep_paho_off_proxies();
    EXPECT_EQ(value("HTTPS_PROXY"), "http://proxy.example:3128");
}

TEST_F(PahoProxies, WhatWasSaidForWebHooksAlreadyIsNotOverwritten) {
    ::setenv("HTTPS_PROXY", "http://other.example:3128", 1);
    ::setenv("https_proxy", "http://proxy.example:3128", 1);
    keep_paho_off_proxies();
    EXPECT_EQ(value("HTTPS_PROXY"), "http://other.example:3128");
}

}  // namespace
}  // namespace qk::daemon
