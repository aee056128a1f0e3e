#!/bin/sh
# Takes away what install.sh put there; films, tickets and settings stay (they are in ~/.local/share and ~/.config).
#   ./uninstall.sh [PREFIX]
set -eu
prefix=${1:-$HOME/.local}
root=$prefix/opt/smart-cinema
[ -f "$root/files" ] || { echo "smart-cinema: nothing is installed in $root" >&2; exit 3; }
cd "$prefix/share"
while read -r file; do
    rm -f "$file"
    rmdir -p "$(dirname "$file")" 2>/dev/null || true # folders that others use are not empty
done <"$root/files"
cd /
rm -f "$prefix/bin/smart-cinema"
rm -rf "$root"
for refresh in "update-desktop-database -q $prefix/share/applications" "gtk-update-icon-cache -q -t $prefix/share/icons/hicolor"; do
    command -v "${refresh%% *}" >/dev/null 2>&1 && { $refresh || true; }
done
echo "Smart Cinema is gone from $root."
