#include "daemon/readings/waiting_messages.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace qk::daemon {
namespace {

template <class Value>
std::size_t bytes_of(const std::vector<Value>& values) {
    return values.capacity() * sizeof(Value);
}

template <class Value>
std::size_t bytes_of(const Value&) {
    return 0;  // in the content itself
}

std::size_t bytes_of(const MessageContent& content) {
    return sizeof content +
           std::visit([](const auto& said) { return bytes_of(said); }, content.said);
}

std::size_t bytes_of(const JournalMessage& message) {
    return sizeof message + message.address.size() + message.payload.size();
}

// The first `count`, which are then no longer there.
template <class Value>
std::vector<Value> cut_off(std::vector<Value>& values, std::size_t count) {
    const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<Value> first(std::make_move_iterator(values.begin()), std::make_move_iterator(end));
    values.erase(values.begin(), end);
    return first;
}

}  // namespace

void WaitingMessages::use(ContentBasis basis) {
    if (basis == basis_) return;
    basis_ = std::move(basis);
    for (MessageContent& content : contents_) {
        bytes_ -= bytes_of(content);
        content = {};
        bytes_ += bytes_of(content);
    }
}

void WaitingMessages::push(JournalMessage message, MessageContent content,
                           const std::optional<ContentBasis>& read_by) {
    if (read_by != basis_) content = {};
    bytes_ += bytes_of(message) + bytes_of(content);
    messages_.push_back(std::move(message));
    contents_.push_back(std::move(content));
}

Stretch WaitingMessages::take(std::size_t count_max, std::size_t bytes_max) {
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (; count < messages_.size() && count < count_max && bytes < bytes_max; ++count) {
        bytes += bytes_of(messages_[count]) + bytes_of(contents_[count]);
    }
    bytes_ -= bytes;
    return {cut_off(messages_, count), cut_off(contents_, count), {}, basis_};
}

}  // namespace qk::daemon
