# shellcheck shell=bash disable=SC2016 # apt expands its own $(…)
# Debian packages of any release and architecture, downloaded and unpacked beside the system, which stays as it is.
# To be sourced. Needs CACHE: a folder that may be kept between runs.

readonly DEBIAN_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# The mirrors this machine uses for its own packages, for another release ($1): lines for a sources.list.
debian_sources() {
    local suite=$1 format='$(REPO_URI) $(LABEL)'
    apt-get indextargets --format "$format" 'Created-By: Packages' 'Origin: Debian' | sort -u |
        while read -r mirror label; do
            case $label in
            Debian) echo "deb [signed-by=$DEBIAN_KEYS] $mirror $suite main non-free-firmware" ;;
            Debian-Security) echo "deb [signed-by=$DEBIAN_KEYS] $mirror $suite-security main non-free-firmware" ;;
            esac
        done
}

# apt with a state of its own: debian_apt SUITE ARCHITECTURE COMMAND…, for example apt-cache depends rauc.
debian_apt() {
    local state=$CACHE/apt/$1-$2 suite=$1 architecture=$2
    shift 2
    if [ ! -e "$state/apt.conf" ]; then
        mkdir -p "$state/lists/partial" "$state/archives/partial"
        debian_sources "$suite" >"$state/sources.list"
        cat >"$state/apt.conf.new" <<END
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "$state/lists";
Dir::State::status "/dev/null";
Dir::Cache "$state";
APT::Architecture "$architecture";
APT::Architectures {"$architecture"};
APT::Sandbox::User "root";
END
        local try
        for try in 1 2 3; do
            APT_CONFIG=$state/apt.conf.new apt-get --quiet --quiet update && break
            [ "$try" -lt 3 ] || return 1
            sleep 10
        done
        mv "$state/apt.conf.new" "$state/apt.conf"
    fi
    APT_CONFIG=$state/apt.conf "$@"
}

# The dependencies of a package whose names begin with something: debian_depends SUITE ARCHITECTURE PACKAGE BEGINNING
debian_depends() {
    debian_apt "$1" "$2" apt-cache depends "$3" | awk -v begin="$4" '$1 == "Depends:" && index($2, begin) == 1 { print $2 }'
}

# debian_unpack SUITE ARCHITECTURE FOLDER PACKAGE…
debian_unpack() {
    local suite=$1 architecture=$2 folder=$3 downloads
    shift 3
    downloads=$(mktemp -d)
    debian_apt "$suite" "$architecture" true
    (cd "$downloads" && debian_apt "$suite" "$architecture" apt-get --quiet --quiet download "$@")
    mkdir -p "$folder"
    for deb in "$downloads"/*.deb; do
        dpkg-deb --extract "$deb" "$folder"
    done
    rm -rf "$downloads"
}

# The upstream source of a package, as Debian has it: debian_source SUITE PACKAGE FOLDER
debian_source() {
    local suite=$1 package=$2 folder=$3 state=$CACHE/apt/$1-arm64
    debian_apt "$suite" arm64 true
    if [ ! -e "$state/apt-source.conf" ]; then
        mkdir -p "$state/lists-source/partial"
        sed 's/^deb /deb-src /' "$state/sources.list" >"$state/source.list"
        sed "s|$state/sources.list|$state/source.list|; s|$state/lists|$state/lists-source|" "$state/apt.conf" >"$state/apt-source.conf"
        APT_CONFIG=$state/apt-source.conf apt-get --quiet --quiet update
    fi
    mkdir -p "$folder"
    # Debian's own changes are not wanted, so it is no matter whether its part of the source comes along.
    (cd "$folder" && APT_CONFIG=$state/apt-source.conf apt-get --quiet --quiet --download-only source "$package") >&2 || true
    local upstream=("$folder/${package}"_*.orig.tar.*[!c])
    tar --extract --file "${upstream[0]}" --directory "$folder" --strip-components 1
}
