#!/bin/sh
# Makes the root file system of a kiosk: Debian, the cinema, a compositor that shows one window, and nothing to log in to.
#   packaging/kiosk/image.sh OUT smart-cinema-VERSION-linux-MACHINE.tar.xz
# Runs as root, needs debootstrap and xz-utils. The venue's folder is /var/lib/smart-cinema/venue: enrol the machine, then it
# starts by itself.
# OPERATOR_KEY=FILE.pub lets whoever has that key in by SSH, as the user venue, who runs smart-cinema for the venue and nothing
# else; without it nobody can log in. The tar, not the Debian package: it updates itself, from the line and from a stick.
set -eu
[ $# -eq 2 ] || { sed -n '2,7s/^# *//p' "$0" >&2; exit 2; }
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
tar -xJf "$package" -C "$out/tmp"
inside apt-get update -qq
# shellcheck disable=SC2046 # names of packages, one a line
inside apt-get install -y -qq --no-install-recommends linux-image-"$(inside dpkg --print-architecture)" systemd-sysv dbus \
    libpam-systemd polkitd cage xwayland seatd pipewire pipewire-pulse wireplumber alsa-utils network-manager systemd-timesyncd \
    unattended-upgrades mesa-va-drivers nftables udev ${OPERATOR_KEY:+openssh-server sudo} $(cat "$out/tmp/smart-cinema/debian-packages") >/dev/null
rm -f "$out/usr/sbin/policy-rc.d"
inside /tmp/smart-cinema/install.sh /usr/local
rm -rf "$out/tmp/smart-cinema"
ln -sf ../local/opt/smart-cinema/current/smart-cinema "$out/usr/bin/smart-cinema"
install -D -m 755 -t "$out/usr/lib/smart-cinema/kiosk" "$here/start-kiosk" "$here/update-from-stick"
install -D -m 644 -t "$out/etc/udev/rules.d" "$here/99-smart-cinema.rules"

inside id cinema >/dev/null 2>&1 || inside useradd --create-home --shell /usr/sbin/nologin --groups video,audio,render,input cinema
inside passwd -q -l root
install -d -o 0 "$out/var/lib/smart-cinema"
inside install -d -o cinema -g cinema -m 700 /var/lib/smart-cinema/venue
for unit in "$here"/*.service "$here"/*.timer; do install -m 644 "$unit" "$out/etc/systemd/system/"; done
inside systemctl -q enable smart-cinema-kiosk.service smart-cinema-examine.service smart-cinema-update.timer NetworkManager.service nftables.service
inside systemctl -q set-default graphical.target
inside systemctl -q mask getty@.service serial-getty@.service ctrl-alt-del.target \
    sleep.target suspend.target hibernate.target hybrid-sleep.target
echo kiosk >"$out/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 kiosk\n::1 localhost\n' >"$out/etc/hosts"
echo LANG=C.UTF-8 >"$out/etc/default/locale"

ssh=''
if [ -n "${OPERATOR_KEY:-}" ]; then
    inside id venue >/dev/null 2>&1 || inside useradd --create-home --shell /bin/sh --groups cinema venue
    inside install -d -o venue -g venue -m 700 /home/venue/.ssh
    install -m 644 "$OPERATOR_KEY" "$out/home/venue/.ssh/authorized_keys"
    printf 'venue ALL=(cinema) NOPASSWD: /usr/bin/smart-cinema\n' >"$out/etc/sudoers.d/smart-cinema"
    chmod 440 "$out/etc/sudoers.d/smart-cinema"
    printf 'PasswordAuthentication no\nPermitRootLogin no\nAllowUsers venue\nX11Forwarding no\n' >"$out/etc/ssh/sshd_config.d/smart-cinema.conf"
    ssh='ip saddr { 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 } tcp dport 22 accept'
fi

# Nothing comes in, or SSH from the venue's own network; everything may go out.
cat >"$out/etc/nftables.conf" <<RULES
#!/usr/sbin/nft -f
flush ruleset
table inet filter {
    chain input {
        type filter hook input priority 0; policy drop;
        iif lo accept
        ct state established,related accept
        meta l4proto { icmp, icmpv6 } accept
        udp dport { 68, 546 } accept
        $ssh
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
