#!/bin/sh
# Installs this folder for the present user (or for all, with a prefix) and lets the desktop know of it.
#   ./install.sh [PREFIX]        by default ~/.local
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${1:-$HOME/.local}
root=$prefix/opt/smart-cinema
version=$("$here/smart-cinema" --version | cut -d' ' -f2)
[ -n "$version" ] || { echo "smart-cinema: this folder does not start here; smart-cinema doctor says why" >&2; exit 3; }

mkdir -p "$root/versions" "$prefix/bin" "$prefix/share"
rm -rf "$root/versions/.$version.part"
cp -a "$here" "$root/versions/.$version.part"
rm -rf "$root/versions/$version"
mv "$root/versions/.$version.part" "$root/versions/$version"
ln -sfn "versions/$version" "$root/.current.part"
mv -T "$root/.current.part" "$root/current"
ln -sf "$root/current/smart-cinema" "$prefix/bin/smart-cinema"

(cd "$root/current/share" && find . -type f) | sort >"$root/files"
while read -r file; do
    mkdir -p "$prefix/share/$(dirname "$file")"
    cp "$root/current/share/$file" "$prefix/share/$file"
done <"$root/files"
# A desktop's search path may lack ~/.local/bin; its entries say where the program is.
sed -i "s|^Exec=smart-cinema|Exec=\"$prefix/bin/smart-cinema\"|" "$prefix/share/applications/"smart-cinema*.desktop
for refresh in "update-desktop-database -q $prefix/share/applications" "gtk-update-icon-cache -q -t $prefix/share/icons/hicolor" \
    "xdg-mime default smart-cinema.desktop x-scheme-handler/smartcinema"; do
    command -v "${refresh%% *}" >/dev/null 2>&1 && { $refresh || true; }
done
echo "Smart Cinema $version is installed in $root. It starts with: $prefix/bin/smart-cinema"
