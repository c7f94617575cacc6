#!/usr/bin/python3
"""Seeds one torrent with libtorrent, without the courtesies that hide a leecher's own speed.

A new peer is unchoked at once, several peers of one address are welcome, and the rate limit holds on loopback too
(libtorrent puts local peers into a class of their own, without a limit). Prints `announced` when the tracker
has answered and ends on SIGTERM. SIGUSR2 chokes everybody, SIGUSR1 serves them again.
"""

import argparse
import signal
import sys
import time

import libtorrent as lt

parser = argparse.ArgumentParser()
parser.add_argument("torrent")
parser.add_argument("folder")
parser.add_argument("--listen", default="127.0.0.1:0")
parser.add_argument("--upload-limit", type=int, default=0, help="bytes a second, 0 for none")
parser.add_argument("--choke", action="store_true", help="serve nobody until SIGUSR1 comes")
parser.add_argument("--check", action="store_true", help="hash the data first instead of trusting it")
args = parser.parse_args()

session = lt.session({
    "listen_interfaces": args.listen,
    "enable_dht": False,
    "enable_lsd": False,
    "enable_upnp": False,
    "enable_natpmp": False,
    "allow_multiple_connections_per_ip": True,
    "unchoke_slots_limit": 0 if args.choke else -1,
    "connections_limit": 500,
    "upload_rate_limit": args.upload_limit,
    "announce_to_all_trackers": True,
    "min_announce_interval": 5,
    "seed_choking_algorithm": int(lt.seed_choking_algorithm_t.fastest_upload),
    "mixed_mode_algorithm": int(lt.bandwidth_mixed_algo_t.prefer_tcp),
    "send_buffer_watermark": 4 << 20,
    "user_agent": "matinee-bench-seeder",
    "alert_mask": lt.alert.category_t.tracker_notification | lt.alert.category_t.error_notification | lt.alert.category_t.status_notification,
})
# Every address belongs to the global class, whose limit the session's is; by default the local ones do not.
everyone = lt.ip_filter()
for first, last in [("0.0.0.0", "255.255.255.255"), ("::", ":".join(["ffff"] * 8))]:
    everyone.add_rule(first, last, 1 << lt.session.global_peer_class_id)
session.set_peer_class_filter(everyone)

params = lt.add_torrent_params()
params.ti = lt.torrent_info(args.torrent)
params.save_path = args.folder
params.flags &= ~lt.torrent_flags.auto_managed
params.flags &= ~lt.torrent_flags.paused
if not args.check:
    # The data was made a moment ago by the one who calls us; hashing gigabytes again proves nothing.
    params.flags |= lt.torrent_flags.seed_mode
handle = session.add_torrent(params)

stop = []
signal.signal(signal.SIGTERM, lambda *_: stop.append(True))
signal.signal(signal.SIGINT, lambda *_: stop.append(True))

signal.signal(signal.SIGUSR1, lambda *_: session.apply_settings({"unchoke_slots_limit": -1}))
signal.signal(signal.SIGUSR2, lambda *_: session.apply_settings({"unchoke_slots_limit": 0}))

announced = False
while not stop:
    session.wait_for_alert(500)
    for alert in session.pop_alerts():
        if isinstance(alert, lt.tracker_reply_alert) and not announced:
            announced = True
            print("announced", flush=True)
        elif isinstance(alert, (lt.tracker_error_alert, lt.torrent_error_alert, lt.listen_failed_alert)):
            print(alert.message(), file=sys.stderr, flush=True)
            # The tracker may not have read its list yet.
            if not announced:
                time.sleep(0.2)
                handle.force_reannounce()
