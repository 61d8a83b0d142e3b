// A document told once, member by member, and taken either as text or as values: who describes a
// document need not know which. Text is written straight into one buffer, so that a document that
// is only printed is never a tree.
//
//   out.begin_object();
//   out.member("id", "E1");
//   out.key("lines");
//   out.begin_array(); ... out.end_array();
//   out.end_object();
//
// Whoever tells is held to the form (a key before every value of an object, every begin with its
// end, no name twice); it is our own code, and nothing of the outside comes in as a name.
#pragma once

#include <boost/json/value.hpp>
#include <boost/json/value_stack.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qk::plans {

class JsonOut {
 public:
    JsonOut() = default;
    JsonOut(const JsonOut&) = delete;
    JsonOut& operator=(const JsonOut&) = delete;
    virtual ~JsonOut() = default;

    virtual void begin_object() = 0;
    virtual void end_object() = 0;
    virtual void begin_array() = 0;
    virtual void end_array() = 0;
    virtual void key(std::string_view name) = 0;
    virtual void text(std::string_view value) = 0;
    virtual void number(double value) = 0;
    virtual void whole(std::int64_t value) = 0;
    virtual void flag(bool value) = 0;
    virtual void null() = 0;

    // A key and its value.
    void member(std::string_view name, std::string_view value) {
        key(name);
        text(value);
    }
    void number_member(std::string_view name, double value) {
        key(name);
        number(value);
    }
    void whole_member(std::string_view name, std::int64_t value) {
        key(name);
        whole(value);
    }
    void flag_member(std::string_view name, bool value) {
        key(name);
        flag(value);
    }
    void texts_member(std::string_view name, const std::vector<std::string>& values);
};

// As to_text() prints the values: one line, no blanks. Appends to `out`.
class JsonText final : public JsonOut {
 public:
    explicit JsonText(std::string& out) : out_(out) {}

    void begin_object() override { open('{'); }
    void end_object() override { close('}'); }
    void begin_array() override { open('['); }
    void end_array() override { close(']'); }
    void key(std::string_view name) override;
    void text(std::string_view value) override;
    void number(double value) override;
    void whole(std::int64_t value) override;
    void flag(bool value) override;
    void null() override;
    // A value that is text already, as another JsonText wrote it.
    void raw(std::string_view value);

 private:
    void open(char bracket);
    void close(char bracket);
    void part();  // a comma where something stands before

    std::string& out_;
    bool is_first_ = true;  // in what is open, or behind a key
};

// As values; once what was told is whole, release() gives it.
class JsonTree final : public JsonOut {
 public:
    void begin_object() override { counts_.push_back(0); }
    void end_object() override;
    void begin_array() override { counts_.push_back(0); }
    void end_array() override;
    void key(std::string_view name) override { stack_.push_key(name); }
    void text(std::string_view value) override;
    void number(double value) override;
    void whole(std::int64_t value) override;
    void flag(bool value) override;
    void null() override;

    [[nodiscard]] boost::json::value release() { return stack_.release(); }

 private:
    void count();

    boost::json::value_stack stack_;
    std::vector<std::size_t> counts_;  // values in each of what is open
};

// The pieces that every printer of JSON is made of.
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, double value);  // "null" when not finite
void append_json_whole(std::string& out, std::int64_t value);

}  // namespace qk::plans
