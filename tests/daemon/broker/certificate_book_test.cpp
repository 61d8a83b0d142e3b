// The book of certificates: what was handed out can be made void, a list is never older than the
// one before, and a book that cannot be read whole is not read at all.
#include "daemon/broker/certificate_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qk::broker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const rules::Instant kNow = *rules::parse_instant("2025-11-22T08:00:00+08:00", rules::kBeijingTime);
constexpr std::chrono::days kYear{365};

CertificateBook book_of_two() {
    CertificateBook book;
    book.issued = {{"e1", "A1", kNow + kYear}, {"e2", "B2", kNow + kYear}};
    return book;
}

TEST(CertificateBook, WhatIsVoidCountsForNobodyAndStandsInTheNextList) {
    CertificateBook book = book_of_two();
    EXPECT_EQ(book.make_void("e1", kNow), 1U);
    EXPECT_EQ(book.make_void("e1", kNow), 0U) << "it is void once";
    EXPECT_THAT(book.users(kNow), ElementsAre("e2"));
    const auto list = book.next_list(kNow);
    ASSERT_THAT(list, SizeIs(1));
    EXPECT_EQ(list.front().serial, "A1");
}

TEST(CertificateBook, ARotationLeavesTheNewOne) {
    CertificateBook book = book_of_two();
    book.issued.push_back({"e1", "A9", kNow + kYear});
    EXPECT_EQ(book.make_void("e1", kNow, "A9"), 1U);
    EXPECT_THAT(book.users(kNow), ElementsAre("e1", "e2"));
    EXPECT_EQ(book.next_list(kNow).front().serial, "A1");
}

// OpenSSL takes the list with the latest time of all that the broker has read. With two of the same
// time it may be the older, and who was revoked last comes in again: seen with mosquitto 2.0.11.
TEST(CertificateBook, TheTimeOfAListIsLaterThanThatOfTheOneBeforeAndNeverToCome) {
    CertificateBook book = book_of_two();
    (void)book.next_list(kNow);
    const rules::Instant first = book.listed_from;
    (void)book.next_list(kNow);
    const rules::Instant second = book.listed_from;
    (void)book.next_list(kNow - std::chrono::days{30});
    EXPECT_LT(first, second);
    EXPECT_LT(second, book.listed_from) << "a clock that went back";
    EXPECT_LT(book.listed_from, kNow);
}

TEST(CertificateBook, OneWhoseTimeIsOverIsForgottenAndCountsForNobody) {
    CertificateBook book = book_of_two();
    book.issued.front().to = kNow - std::chrono::days{2};
    EXPECT_THAT(book.users(kNow), ElementsAre("e2"));
    book.forget_ended(kNow);
    EXPECT_THAT(book.issued, SizeIs(1));
}

TEST(CertificateBook, OneThatEndsSoonIsNamedUnlessALaterOneIsThere) {
    CertificateBook book = book_of_two();
    book.issued[0].to = kNow + std::chrono::days{10};
    book.issued[1].to = kNow + std::chrono::days{10};
    book.issued.push_back({"e2", "B3", kNow + kYear});
    const auto ending = book.ending_before(kNow + std::chrono::days{30}, kNow);
    ASSERT_THAT(ending, SizeIs(1));
    EXPECT_EQ(ending.front().user, "e1");
}

TEST(CertificateBook, ItReadsBackWhatItWrites) {
    CertificateBook book = book_of_two();
    book.make_void("e2", kNow);
    (void)book.next_list(kNow);
    const auto read = read_certificates(to_text(book), "certificates.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(to_text(*read), to_text(book));
    EXPECT_EQ(read->issued[1].void_from, kNow);
}

// An entry that is left out could never be made void.
TEST(CertificateBook, ABookWithOneBadEntryIsNotRead) {
    const std::string good = to_text(book_of_two());
    for (const auto& [was, is] :
         {std::pair{"\"A1\"", "\"xyz\""}, std::pair{"\"e1\"", "\"a/b\""},
          std::pair{"\"to\"", "\"till\""}, std::pair{"listed_from", "listed"}}) {
        std::string text = good;
        const std::size_t at = text.find(was);
        ASSERT_NE(at, std::string::npos) << was;
        text.replace(at, std::string_view(was).size(), is);
        EXPECT_FALSE(read_certificates(text, "certificates.json")) << text;
    }
    CertificateBook half = book_of_two();
    half.make_void("e1", kNow);
    std::string text = to_text(half);
    text.replace(text.find("\"void_from\": \"") + 14, 4, "soon");
    EXPECT_FALSE(read_certificates(text, "certificates.json"))
        << "half-read it would count as good";
}

// ---- The certificates themselves ----

const Validity kDay{kNow - std::chrono::hours{1}, kNow + std::chrono::hours{24}};

TEST(Certificates, AClientsCarriesItsNameAndAnAuthorityKnowsItsOwn) {
    const CertifiedKey ours = new_authority("ours", kDay);
    const CertifiedKey theirs = new_authority("theirs", kDay);
    const CertifiedKey pass = issue_client(ours, "e1", kDay);
    const auto facts = facts_of(pass.certificate, ours.certificate, "");
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->name, "e1");
    EXPECT_FALSE(facts->serial.empty());
    EXPECT_TRUE(facts->is_of_authority);
    EXPECT_FALSE(facts_of(pass.certificate, theirs.certificate, "")->is_of_authority);
}

TEST(Certificates, ARequestThatIsNoneIsRefused) {
    const CertifiedKey ours = new_authority("ours", kDay);
    for (const std::string& request : {std::string("x"), ours.certificate, ours.key}) {
        const auto made = issue_client_by_request(ours, request, "e1", kDay);
        ASSERT_FALSE(made);
        EXPECT_THAT(rules::to_text(made.error()), HasSubstr("openssl req"));
    }
}

}  // namespace
}  // namespace qk::broker
