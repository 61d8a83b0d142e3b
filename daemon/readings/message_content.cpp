#include "daemon/readings/message_content.hpp"

#include <exception>
#include <utility>

namespace qk::daemon {
namespace {

template <class Value>
Said said_of(rules::Result<Value> read) {
    if (!read) return read.error();
    return std::move(*read);
}

}  // namespace

MessageContent place_content(const JournalMessage& message, const ContentBasis& basis) {
    MessageContent content;
    content.topic = parse_topic(message.address);
    if (!content.topic) return content;
    content.enterprise = basis.index->enterprise(content.topic->enterprise);
    if (content.topic->kind == TopicKind::kMeter) {
        content.instrument = basis.index->meter(content.topic->instrument);
    } else if (content.topic->kind == TopicKind::kStack) {
        content.instrument = basis.index->outlet(content.topic->instrument);
    } else if (content.topic->kind == TopicKind::kSeries) {
        content.instrument = basis.index->series(content.topic->instrument);
    }
    return content;
}

Said read_said(const Topic& topic, std::string_view payload, const MessageContext& context) {
    switch (topic.kind) {
        case TopicKind::kMeter:
            return said_of(parse_meter(payload, context));
        case TopicKind::kStack:
            return said_of(parse_stack(payload, context));
        case TopicKind::kSeries:
            return said_of(parse_series(payload, context));
        case TopicKind::kGate:
            return said_of(parse_gate(payload, context));
        case TopicKind::kReceipt:
            return said_of(parse_receipt(payload, context));
        case TopicKind::kStatus:
            return said_of(parse_status(payload, context));
    }
    return {};
}

MessageContext context_of(const JournalMessage& message, rules::Zone zone) {
    MessageContext context{.zone = zone};
    context.name = message.address;
    context.now = message.arrived;
    return context;
}

MessageContent read_content(const JournalMessage& message, const ContentBasis& basis) {
    const bool is_whole = message.payload_bytes <= message.payload.size();
    if (!is_whole || message.channel != Channel::kMqtt) return {};
    try {
        MessageContent content = place_content(message, basis);
        if (!content.topic) return content;
        content.said = read_said(*content.topic, message.payload, context_of(message, basis.zone));
        return content;
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace qk::daemon
