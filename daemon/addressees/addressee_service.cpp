#include "daemon/addressees/addressee_service.hpp"

namespace qk::daemon {

AddresseeService::AddresseeService(Context& context, GatewayClient& gateway, MessageBus& bus)
    : context_(context), registry_(context), sender_(context, gateway, bus) {}

}  // namespace qk::daemon
