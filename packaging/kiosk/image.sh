#!/bin/sh
# Makes the root file system of a kiosk: Debian, the cinema, a compositor that shows one window, and nothing to log in to.
#   packaging/kiosk/image.sh OUT smart-cinema_VERSION_ARCH.deb
# Runs as root, needs debootstrap. The venue's folder is /var/lib/smart-cinema/venue: enrol the machine, then it starts by itself.
set -eu
[ $# -eq 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=$1
package=$2
mirror=${MIRROR:-http://deb.debian.org/debian}
suite=${SUITE:-bookworm}
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

[ -e "$out/etc/debian_version" ] || debootstrap --variant=minbase "$suite" "$out" "$mirror"
inside() { chroot "$out" "$@"; }

printf 'deb %s %s main\ndeb %s %s-updates main\ndeb http://deb.debian.org/debian-security %s-security main\n' \
    "$mirror" "$suite" "$mirror" "$suite" "$suite" >"$out/etc/apt/sources.list"
printf '#!/bin/sh\nexit 101\n' >"$out/usr/sbin/policy-rc.d"
chmod +x "$out/usr/sbin/policy-rc.d"
cp "$package" "$out/tmp/smart-cinema.deb"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends linux-image-"$(inside dpkg --print-architecture)" systemd-sysv dbus \
    libpam-systemd cage xwayland seatd pipewire pipewire-pulse wireplumber alsa-utils network-manager systemd-timesyncd \
    unattended-upgrades mesa-va-drivers nftables /tmp/smart-cinema.deb >/dev/null
rm -f "$out/tmp/smart-cinema.deb" "$out/usr/sbin/policy-rc.d"

inside id cinema >/dev/null 2>&1 || inside useradd --create-home --shell /usr/sbin/nologin --groups video,audio,render,input cinema
inside passwd -q -l root
install -d -o 0 "$out/var/lib/smart-cinema"
inside install -d -o cinema -g cinema -m 700 /var/lib/smart-cinema/venue
for unit in "$here"/*.service; do install -m 644 "$unit" "$out/etc/systemd/system/"; done
inside systemctl -q enable smart-cinema-kiosk.service smart-cinema-examine.service NetworkManager.service nftables.service
inside systemctl -q set-default graphical.target
inside systemctl -q mask getty@.service serial-getty@.service ctrl-alt-del.target systemd-suspend.service
echo kiosk >"$out/etc/hostname"

# Nothing comes in; everything may go out.
cat >"$out/etc/nftables.conf" <<'RULES'
#!/usr/sbin/nft -f
flush ruleset
table inet filter {
    chain input {
        type filter hook input priority 0; policy drop;
        iif lo accept
        ct state established,related accept
        meta l4proto { icmp, ipv6-icmp } accept
        udp dport { 68, 546 } accept
    }
}
RULES

# Security updates come at night, never a new kernel's restart: the operator decides about that.
cat >"$out/etc/apt/apt.conf.d/52smart-cinema" <<'RULES'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "false";
RULES
inside apt-get clean
inside /usr/bin/smart-cinema --version
echo "$out is ready."
