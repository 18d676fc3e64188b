#!/bin/bash
# Installs or upgrades Maepyo from a folder of signed packages, without a network. Verifies before it installs, and stops
# at the first doubt.
#
#   sudo ./install.sh --key FINGERPRINT [--admin]     the first time; the fingerprint comes from somewhere else than the folder
#   sudo maepyo-install FOLDER [--admin]              from then on: only what the installed key has signed
set -euo pipefail

refuse() {
    printf '설치하지 않았습니다: %s\nNot installed: %s\n' "$1" "$2" >&2
    exit 1
}

here=$(dirname "$(readlink -f "$0")")
folder=$here programs=(maepyo) key=
while [ $# -gt 0 ]; do
    case $1 in
        --admin) programs+=(maepyo-admin) ;;
        --key) key=${2:-} && shift ;;
        -*) refuse "모르는 옵션입니다: $1" "$1 is not an option." ;;
        *) folder=$(readlink -f "$1") ;;
    esac
    shift
done
[ "$(id -u)" = 0 ] || refuse '관리자 권한(sudo)이 필요합니다.' 'this needs root: use sudo.'
. /etc/os-release
[ "$ID:${VERSION_CODENAME:-}:$(dpkg --print-architecture)" = debian:bookworm:amd64 ] ||
    refuse 'Debian 12 (amd64)에만 설치할 수 있습니다.' 'this folder is for Debian 12 on amd64.'

# The key of the installation, once there is one: a folder can't bring its own.
trusted=/usr/share/keyrings/maepyo.gpg
if [ ! -f $trusted ]; then
    trusted=$folder/maepyo.gpg
    key=$(tr -d ' ' <<<"${key^^}")
    [ -n "$key" ] || refuse '처음에는 키 지문이 필요합니다: --key 지문' 'the first time needs the key'\''s fingerprint: --key FINGERPRINT'
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$trusted" "$scratch/maepyo.gpg" 2>/dev/null || refuse '폴더에 공개 키가 없습니다.' 'the folder has no public key.'
bash "$here/verify" "$scratch/maepyo.gpg" "$folder" >"$scratch/verified" || exit 1
fingerprint=$(tail -n 1 "$scratch/verified")
[ -z "$key" ] || [ "$key" = "$fingerprint" ] ||
    refuse "키 지문이 다릅니다. 이 폴더의 키: $fingerprint" "the fingerprint differs. The key of this folder: $fingerprint"

installed() { dpkg-query --show --showformat '${db:Status-Status} ${Version}' "$1" 2>/dev/null | sed -n 's/^installed //p' || true; }
version=$(sed -n '/^Package: maepyo$/,/^$/s/^Version: //p' "$folder/debian/Packages")
for program in maepyo maepyo-admin; do
    had=$(installed $program)
    [ -n "$had" ] || continue
    dpkg --compare-versions "$version" ge "$had" ||
        refuse "폴더의 버전($version)이 설치된 버전($had)보다 오래되었습니다." "the folder has version $version, older than the installed $had."
    # What is installed is upgraded together: both programs work on one server.
    [[ " ${programs[*]} " == *" $program "* ]] || programs+=("$program")
done

# A space in a folder's name would end the address.
printf 'deb [signed-by=%s] file:%s/debian ./\n' "$scratch/maepyo.gpg" "${folder// /%20}" >"$scratch/maepyo.list"
mkdir -p "$scratch/lists/partial"
offline() {
    DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q \
        -o Dir::Etc::SourceList="$scratch/maepyo.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$scratch/lists" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
        -o APT::Update::Error-Mode=any -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
offline update >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; refuse 'apt가 폴더를 믿지 않습니다.' 'apt does not trust the folder.'; }

# Debian's package also sets up a server of the system, which Maepyo has no use for. One that is there stays.
no_server=/etc/postgresql-common/createcluster.d/zz-maepyo.conf
if [ -z "$(installed postgresql-common)" ]; then
    mkdir -p "${no_server%/*}"
    echo 'create_main_cluster = false' >$no_server
fi
# What the programs recommend, but not what those recommend in turn.
recommended=$(sed -n '/^Package: maepyo$/,/^$/s/^Recommends: //p' "$folder/debian/Packages" | tr ',' ' ')
done=0
# shellcheck disable=SC2086 # Names, one word each.
offline install --yes --no-remove --no-install-recommends maepyo-keyring "${programs[@]}" $recommended || done=$?
rm -f $no_server
[ $done = 0 ] || refuse '위에 apt가 까닭을 적었습니다.' 'apt says why above.'
printf '설치했습니다: %s %s\nInstalled: %s %s\n' "${programs[*]}" "$version" "${programs[*]}" "$version"
