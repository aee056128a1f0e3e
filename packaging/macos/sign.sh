#!/bin/sh
# Signs, notarises and staples the app, and puts it on a disk image that is signed, notarised and stapled too.
#   IDENTITY="Developer ID Application: …" PROFILE=notary packaging/macos/sign.sh "build/dist/Smart Cinema.app" OUT.dmg
# PROFILE is kept in the keychain once, by: xcrun notarytool store-credentials
set -eu
[ $# -eq 2 ] || { echo "usage: IDENTITY=… PROFILE=… $0 APP OUT.dmg" >&2; exit 2; }
app=$1
image=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
: "${IDENTITY:?the name of a Developer ID certificate}" "${PROFILE:?a notarytool profile}"

sign() { codesign --force --timestamp --options runtime --sign "$IDENTITY" "$@"; }
sign_each() { find "$app/Contents" -depth "$@" -exec codesign --force --timestamp --options runtime --sign "$IDENTITY" {} +; }

# From the inside out: a signature seals what is below it. Frameworks are signed whole.
sign_each -type f '(' -name '*.dylib' -o -name '*.so' ')'
sign_each -type d -name '*.framework'
sign --entitlements "$here/entitlements.plist" "$app/Contents/MacOS/smart-cinema"
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --deep --strict "$app"

notarise() {
    answer=$(xcrun notarytool submit "$1" --keychain-profile "$PROFILE" --wait --output-format json)
    case $answer in
    *'"status":"Accepted"'* | *'"status": "Accepted"'*) ;;
    *)
        id=$(printf '%s' "$answer" | sed -n 's/.*"id" *: *"\([^"]*\)".*/\1/p')
        xcrun notarytool log "$id" --keychain-profile "$PROFILE" >&2
        exit 1
        ;;
    esac
}

zip=$(mktemp -d)/app.zip
ditto -c -k --keepParent "$app" "$zip"
notarise "$zip"
rm -f "$zip"
xcrun stapler staple "$app"

stage=$(mktemp -d)
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -quiet -volname "Smart Cinema" -srcfolder "$stage" -format ULMO -ov "$image"
rm -rf "$stage"
codesign --force --timestamp --sign "$IDENTITY" "$image"
notarise "$image"
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature "$image"
