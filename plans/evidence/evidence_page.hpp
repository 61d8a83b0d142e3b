// An evidence package that opens itself (自证网页): one HTML file with the package
// (evidence_file.hpp), a program that checks it in any browser without network, and a signature of
// the bureau over the page itself.
//
//   <!doctype html>
//   <html …> … the package in base64 … </html><!--qingkong-page
//   {"key":…,"kind":"page","sha256":…,"signature":…}-->
//
// The signature is of the SHA-256 of all bytes before the comment, with the mark of evidence
// (signing.hpp). The page is written as a browser writes it back, so that the page can take that
// SHA-256 of itself.
#pragma once

#include <string>
#include <string_view>

#include "plans/evidence/evidence_file.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

// `title` in Chinese; what it says is in the package too.
[[nodiscard]] std::string evidence_page(std::string_view package, const std::string& title,
                                        const SigningKey& key);

[[nodiscard]] bool is_evidence_page(std::string_view text);

struct ReadEvidencePage {
    std::string package;
    std::string key;    // that has signed the page
    EvidenceLink link;  // whether the page is as it was signed
};
// Refused: no package can be found in it.
[[nodiscard]] rules::Result<ReadEvidencePage> read_evidence_page(std::string_view text);

}  // namespace qk::plans
