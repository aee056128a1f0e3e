#!/bin/sh
# Builds FFmpeg (LGPL) and libmpv from Debian's signed sources, with what the cinema plays and nothing else: Debian's own
# libmpv brings 228 libraries and 240 MB, this one a dozen and 15 MB. What is not built cannot be attacked by a film.
#   packaging/linux/libmpv.sh OUT        OUT/lib, OUT/licences, OUT/facts.json
# Run it on the oldest system that is to be served (Debian 12). It needs what `--needs` prints.
set -eu

FFMPEG=5.1.9-0+deb12u1
FFMPEG_DSC=055f82fca9a92f1d47216be2c2488d09373c7ca154806fbc36b0127c191d5104
MPV=0.35.1-4
MPV_DSC=37ab864bde4bb9624f8c613024673cb90d3c9747b8edf3e94e75d18259fd4bba
NEEDS="dpkg-dev gcc nasm meson ninja-build pkg-config libass-dev libdav1d-dev libzimg-dev libasound2-dev libpulse-dev \
libpipewire-0.3-dev libva-dev libdrm-dev libegl-dev libgl-dev libffmpeg-nvenc-dev zlib1g-dev libbz2-dev liblzma-dev"

[ "${1:-}" = --needs ] && { printf '%s\n' "$NEEDS"; exit; }
[ $# -eq 1 ] || { echo "usage: $0 OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(CDPATH='' cd -- "$1" && pwd)
work=${SMART_CINEMA_SOURCES:-$out/sources}
jobs=$(nproc)
mkdir -p "$work" "$out/licences"
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-1700000000}" LC_ALL=C TZ=UTC

# Debian's signatures are checked by apt; the sum says that it is the very source that was tried.
fetch() {
    cd "$work"
    [ -e "$1_$2.dsc" ] || apt-get source --download-only -qq "$1=$3" ||
        { echo "$1 $3 is not offered: deb-src lines are missing, or a newer one is out (then change the pin)" >&2; exit 3; }
    printf '%s  %s\n' "$4" "$1_$2.dsc" | sha256sum --check --quiet
    [ -d "$1" ] || dpkg-source --no-check -x "$1_$2.dsc" "$1" >/dev/null
}

fetch ffmpeg "$FFMPEG" "7:$FFMPEG" "$FFMPEG_DSC"
fetch mpv "$MPV" "$MPV" "$MPV_DSC"

cflags="-O2 -ffile-prefix-map=$work=. -fstack-protector-strong -D_FORTIFY_SOURCE=2"
ldflags="-Wl,-z,relro,-z,now -Wl,--as-needed"

# What `player.options` lets in: formats and codecs of films and of plain files, their sound, words, and filters.
formats=hls,mpegts,mov,matroska,webvtt,aac,ac3,eac3,mp3,flac,ogg,wav,srt,ass
decoders=h264,hevc,av1,libdav1d,vp8,vp9,mpeg1video,mpeg2video,mpeg4,prores,ffv1,mjpeg,png,\
aac,aac_latm,ac3,eac3,dca,truehd,mlp,mp2,mp2float,mp3,mp3float,flac,alac,vorbis,opus,\
pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_f64le,pcm_bluray,\
webvtt,subrip,srt,ass,ssa,movtext,text,dvbsub,dvdsub,pgssub
parsers=h264,hevc,av1,vp8,vp9,mpegvideo,mpeg4video,mjpeg,png,aac,aac_latm,ac3,dca,mlp,mpegaudio,flac,vorbis,opus,dvbsub,dvdsub
filters=scale,zscale,tonemap,format,null,anull,aformat,aresample,acompressor,alimiter,astats,\
transpose,hflip,vflip,rotate,crop,pad,yadif,bwdif

build_ffmpeg() {
cd "$work/ffmpeg"
./configure --prefix="$out" --libdir="$out/lib" --enable-shared --disable-static --disable-programs --disable-doc --disable-debug \
    --disable-avdevice --disable-postproc --disable-autodetect --disable-indevs --disable-outdevs \
    --disable-encoders --enable-encoder=png,mjpeg,ac3,pcm_s16le --disable-muxers --enable-muxer=spdif,wav \
    --disable-demuxers --enable-demuxer="$formats" --disable-decoders --enable-decoder="$decoders" \
    --disable-parsers --enable-parser="$parsers" --disable-filters --enable-filter="$filters" \
    --disable-protocols --enable-protocol=file,http,tcp \
    --enable-libdav1d --enable-libzimg --enable-zlib --enable-bzlib --enable-lzma --enable-iconv \
    --enable-vaapi --enable-libdrm --enable-ffnvcodec --enable-nvdec --enable-pthreads \
    --extra-cflags="$cflags" --extra-ldflags="$ldflags" >/dev/null
make -j"$jobs" >/dev/null
make install >/dev/null
}
[ -e "$out/lib/pkgconfig/libavcodec.pc" ] || build_ffmpeg

cd "$work/mpv"
rm -rf build
PKG_CONFIG_PATH="$out/lib/pkgconfig" CFLAGS="$cflags" LDFLAGS="$ldflags" \
    meson setup build --prefix="$out" --libdir=lib --buildtype=release --auto-features=disabled \
    -Dlibmpv=true -Dcplayer=false -Dbuild-date=false -Dgl=enabled -Dplain-gl=enabled -Degl=enabled -Ddrm=enabled \
    -Dvaapi=enabled -Dvaapi-drm=enabled -Dcuda-hwaccel=enabled -Dcuda-interop=enabled -Diconv=enabled -Dzlib=enabled \
    -Dstdatomic=enabled -Dvector=enabled -Dalsa=enabled -Dpulse=enabled -Dpipewire=enabled >/dev/null
ninja -C build >/dev/null
ninja -C build install >/dev/null

find "$out/lib" -name '*.so*' -type f -exec strip --strip-unneeded {} +
cp "$work/ffmpeg/COPYING.LGPLv2.1" "$work/ffmpeg/LICENSE.md" "$out/licences/"
cp "$work/mpv/Copyright" "$out/licences/mpv-Copyright"
cp "$work/mpv/LICENSE.GPL" "$out/licences/mpv-LICENSE.GPL"
printf '{"ffmpeg": "%s", "ffmpeg_licence": "LGPL-2.1-or-later", "mpv": "%s", "mpv_licence": "GPL-2.0-or-later"}\n' "$FFMPEG" "$MPV" \
    >"$out/facts.json"
