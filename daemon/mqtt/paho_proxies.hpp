// Paho 1.3 sends the link to the broker through the proxy that http_proxy or https_proxy names, an
// empty name among them, and reads no no_proxy. A proxy for pages carries no MQTT: the link would
// never come up.
#pragma once

namespace qk::daemon {

// Hides these two from Paho. What asks web hooks keeps its proxy: it reads HTTPS_PROXY too, and
// https_proxy moves there. To be called by main before any thread: the environment belongs to the
// process.
void keep_paho_off_proxies();

}  // namespace qk::daemon
