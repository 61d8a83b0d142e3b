// Goal: what a proxy and the daemon could understand differently is refused. Method: heads that
// are right but for one thing, and every way of cutting a good one into pieces.
#include "daemon/http/head.hpp"

#include <gmock/gmock.h>

namespace qk::daemon {
namespace {

using testing::HasSubstr;

std::string wrong_with(std::string_view bytes) {
    RequestHead head;
    return read_head(bytes, head);
}

std::string with(const std::string& fields, const std::string& line = "POST /a HTTP/1.1") {
    return line + "\r\nHost: x\r\n" + fields + "\r\n";
}

TEST(RequestHead, AGoodOneIsTakenApart) {
    RequestHead head;
    EXPECT_EQ(
        read_head("GET /a?b=1 HTTP/1.1\r\nHost: x:80\r\nX-A:  1 \r\nx-a:\t2\r\nEmpty:\r\n\r\n",
                  head),
        "");
    EXPECT_EQ(head.method, "GET");
    EXPECT_EQ(head.target, "/a?b=1");
    EXPECT_EQ(head.version, 11);
    EXPECT_EQ(head.value("HOST"), "x:80");
    EXPECT_EQ(head.list("X-a"), "1, 2");
    EXPECT_EQ(head.value("nothing"), "");
}

TEST(RequestHead, ALengthIsSaidInOneWayOnly) {
    EXPECT_EQ(wrong_with(with("Content-Length: 5\r\n")), "");
    EXPECT_EQ(wrong_with(with("Transfer-Encoding: chunked\r\n")), "");
    EXPECT_EQ(wrong_with(with("Transfer-Encoding: CHUNKED \r\n")), "");
    for (const char* fields :
         {"Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
          "Content-Length: +5\r\n", "Content-Length: -1\r\n", "Content-Length: 0x5\r\n",
          "Content-Length: 5 5\r\n", "Content-Length:\r\n",
          "Content-Length: 99999999999999999999\r\n", "Transfer-Encoding: gzip\r\n",
          "Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
          "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
          "Transfer-Encoding: chunked;a=b\r\n", "Transfer-Encoding:\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "transfer-encoding: chunked\r\ncontent-length: 5\r\n"}) {
        EXPECT_NE(wrong_with(with(fields)), "") << fields;
    }
    EXPECT_THAT(wrong_with(with("Transfer-Encoding: chunked\r\n", "POST /a HTTP/1.0")),
                HasSubstr("HTTP/1.0"));
}

TEST(RequestHead, WhatDecidesTheCallStandsOnce) {
    for (const std::string name : {"Host", "Authorization", "Content-Type", "Idempotency-Key",
                                   "Last-Event-ID", "Expect", "aUTHORIZATION"}) {
        EXPECT_THAT(wrong_with(with(name + ": a\r\nX: y\r\n" + name + ": a\r\n")),
                    HasSubstr("is given twice"))
            << name;
    }
    EXPECT_EQ(wrong_with(with("Accept: a\r\nAccept: b\r\n")), "");
}

TEST(RequestHead, HostIsNeededFromHttp11OnAndIsOne) {
    EXPECT_EQ(wrong_with("GET / HTTP/1.1\r\n\r\n"), "host is missing");
    EXPECT_EQ(wrong_with("GET / HTTP/1.0\r\n\r\n"), "");
    EXPECT_EQ(wrong_with("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "");
    EXPECT_EQ(wrong_with("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), "");
    for (const std::string host : {"a b", "a/b", "a@b", "a\\b", "a,b/", "\xe6"}) {
        EXPECT_EQ(wrong_with("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), "host is malformed")
            << host;
    }
}

TEST(RequestHead, LinesAreWhatTheyAreToEveryReader) {
    for (const std::string& bytes : {with("A: b\r\n c\r\n"),
                                     with("A: b\r\n\tc\r\n"),
                                     with(" A: b\r\n"),
                                     with("A : b\r\n"),
                                     with("A\t: b\r\n"),
                                     with(": b\r\n"),
                                     with("A\r\n"),
                                     with("A: b\x01\r\n"),
                                     with("A: b\x7f\r\n"),
                                     with("A: b\nB: c\r\n"),
                                     with("A: b\rB: c\r\n"),
                                     with("(A): b\r\n"),
                                     with("A: b\r\n", "POST  /a HTTP/1.1"),
                                     with("A: b\r\n", "POST /a b HTTP/1.1"),
                                     with("A: b\r\n", "POST /\xe6 HTTP/1.1"),
                                     with("A: b\r\n", "P(ST /a HTTP/1.1"),
                                     with("A: b\r\n", "POST /a HTTP/1.2"),
                                     with("A: b\r\n", "POST /a HTTP/2.0"),
                                     with("A: b\r\n", "POST /a http/1.1"),
                                     with("A: b\r\n", "POST /a"),
                                     with("A: b\r\n", " POST /a HTTP/1.1"),
                                     with("A: b\r\n", ""),
                                     std::string("\r\n\r\n"),
                                     std::string()}) {
        EXPECT_NE(wrong_with(bytes), "") << bytes;
    }
    EXPECT_EQ(wrong_with(with("A: \xe9\x80\r\n")), "") << "a value may be any text";
}

std::string path_of(const std::string& target, const std::string& host = "here") {
    RequestHead head;
    const std::string bytes = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    if (!read_head(bytes, head).empty()) return "not a head";
    std::string path;
    return to_origin_form(head, path) ? path : "";
}

TEST(RequestHead, AWholeAddressIsTakenForTheHostThatIsNamed) {
    EXPECT_EQ(path_of("/a?b"), "/a?b");
    EXPECT_EQ(path_of("http://here/a?b"), "/a?b");
    EXPECT_EQ(path_of("HTTPS://HERE/a"), "/a");
    EXPECT_EQ(path_of("http://here"), "/");
    EXPECT_EQ(path_of("http://here?b"), "/?b");
    EXPECT_EQ(path_of("http://elsewhere/a"), "");
    EXPECT_EQ(path_of("http://user@here/a"), "");
    EXPECT_EQ(path_of("http:///a", ""), "");
    EXPECT_EQ(path_of("ftp://here/a"), "");
    EXPECT_EQ(path_of("*"), "");
    EXPECT_EQ(path_of("here:80"), "");
}

TEST(HeadEnd, IsFoundHoweverTheBytesCome) {
    const std::string head = with("A: b\r\n");
    const std::string bytes = head + "body\n\n";
    HeadEnd end;
    for (std::size_t size = 0; size < head.size(); ++size) {
        ASSERT_EQ(end.look(std::string_view(bytes).substr(0, size)), HeadEnd::Found::kMore) << size;
    }
    EXPECT_EQ(end.look(bytes), HeadEnd::Found::kWhole);
    EXPECT_EQ(end.length(), head.size());
}

TEST(HeadEnd, ABareLineEndOrNulIsFoundAtOnce) {
    for (const std::string& bytes :
         {std::string("GET / HTTP/1.1\n"), std::string("GET / HTTP/1.1\r\r"), std::string("GET\rX"),
          std::string("\n"), std::string("G\0", 2), std::string("\x16\x03\x01\x02\x00", 5)}) {
        EXPECT_EQ(HeadEnd().look(bytes), HeadEnd::Found::kFaulty) << bytes;
    }
    EXPECT_EQ(HeadEnd().look("GET / HTTP/1.1\r"), HeadEnd::Found::kMore);
}

}  // namespace
}  // namespace qk::daemon
