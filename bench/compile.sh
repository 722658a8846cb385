# The bench's own programs: sourced by bench/run and bench/quick.
LIB=$(dirname "$PAYRUN")/libpayrun.a
CC_FLAGS="-std=c11 -D_GNU_SOURCE -O2 -g1 -Wall -Wextra -Werror"
PKGS="libcurl jansson libpq libmicrohttpd libsodium libcrypto libutf8proc
      libcyaml expat libzip xlsxwriter pangocairo"

compile_alone() { cc $CC_FLAGS -o "$W/$1" "bench/$1.c"; }

compile_ours() {        # with payrun's own parts
    cc $CC_FLAGS -Iengine -I. -include base/banned.h \
        $(pkg-config --cflags $PKGS) \
        $([ "$1" != wire ] || echo -Wl,--wrap=curl_multi_add_handle) \
        -o "$W/$1" "bench/$1.c" "$LIB" $(pkg-config --libs $PKGS) -lcsv
}
