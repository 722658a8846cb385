# payrun: one Makefile, no recursion.  `make help` lists what it can do.
#
# MODE=debug|release|asan|check picks the build folder build/$(MODE) and flags;
# build/payrun is always the one built last by `make`.

MODE    ?= release
PREFIX  ?= /usr/local
DESTDIR ?=
B       := build/$(MODE)
V       ?= 0

# MODE=fuzz is clang's: see tests/fuzz/README.md
ifeq ($(MODE),fuzz)
CC      := clang
else
CC      ?= gcc
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Wswitch-enum \
        -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror
# Hidden symbols: a name of ours must never replace one inside a library.
HARD := -fvisibility=hidden -fstack-protector-strong -fPIE
ifneq ($(MODE),fuzz)
HARD += -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero
endif
CFLAGS_debug   := -O0 -g3
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2
# -g1 names lines and functions, all a report needs, and compiles faster.
CFLAGS_asan    := -O1 -g1 -fno-omit-frame-pointer \
                  -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_fuzz    := -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined \
                  -fno-sanitize-recover=all
LDFLAGS_asan   := -fsanitize=address,undefined
LDFLAGS_fuzz   := -fsanitize=fuzzer,address,undefined

PKGS := libcurl jansson libpq libmicrohttpd libsodium libcrypto libutf8proc \
        libcyaml expat libzip xlsxwriter pangocairo
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv

CPPFLAGS := -D_GNU_SOURCE -Iengine -I. -I$(B)/gen -include base/banned.h \
            $(PKG_CFLAGS)
ifeq ($(MODE),fuzz)
WARN += -Wno-format-nonliteral -Wno-overlength-strings
endif
CFLAGS   := -std=c11 $(WARN) $(HARD) $(CFLAGS_$(MODE))
LDFLAGS  := -pie -Wl,-z,relro,-z,now $(LDFLAGS_$(MODE))
LDLIBS   := $(PKG_LIBS)

JOBS := $(shell nproc 2>/dev/null || echo 2)
Q := $(if $(filter 0,$(V)),@,)
say = $(if $(filter 0,$(V)),@printf '  %-5s %s\n' $(1) $(2),@:)

SRC  := $(sort $(wildcard engine/*/*.c loaders/*.c))
HDR  := $(sort $(wildcard engine/*/*.h loaders/*.h))
OBJ  := $(SRC:%.c=$(B)/%.o)
GENC := $(B)/gen/sql.c $(B)/gen/steps.c $(B)/gen/files.c
GENO := $(GENC:.c=.o)
LIB  := $(B)/libpayrun.a
BIN  := $(B)/payrun

UNIT  := $(sort $(wildcard tests/unit/test_*.c tests/db/test_*.c))
UNITB := $(UNIT:%.c=$(B)/%)
TLIB  := $(sort $(wildcard tests/lib/*.c))
TOBJ  := $(TLIB:%.c=$(B)/%.o)

.PHONY: all bin demo check bench bench-quick install deb clean help setup units house valgrind torture \
        failpoints \
        fuzzers fuzz-targets
.DELETE_ON_ERROR:
.SECONDARY:

all: bin
bin: $(BIN)
	$(Q)mkdir -p build && ln -sf $(MODE)/payrun build/payrun

$(BIN): $(B)/engine/main.o $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ) $(GENO)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# The same program with failpoints, for tests only: the files that have some are
# compiled once more.
FPSRC := $(shell grep -lwE 'PAYRUN_FAILPOINTS|FP(_[A-Z]+)?|db_txn' $(SRC))
FPOBJ := $(FPSRC:%.c=$(B)/fp/%.o)
CHECK := $(B)/payrun-check

# What is defined here already is not taken from the library.
$(CHECK): $(B)/engine/main.o $(FPOBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/fp/%.o: %.c | setup $(B)/gen/sql_names.h
	$(call say,FP,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) -DPAYRUN_FAILPOINTS $(CFLAGS) \
	    -MMD -MP -c -o $@ $<

$(B)/%.o: %.c | setup $(B)/gen/sql_names.h
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/%.o: $(B)/gen/%.c | setup $(B)/gen/sql_names.h
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -MMD -MP -c -o $@ $<

# Statements, schema steps and data files become const char arrays.
SQLF  := $(sort $(wildcard schema/queries/*.sql))
STEPF := $(sort $(wildcard schema/[0-9]*.sql))
FILEF := $(sort $(wildcard engine/cli/*.yaml engine/report/*.css))

$(B)/gen/sql.c: $(SQLF) .ci/embed.awk
	$(Q)mkdir -p $(@D) && awk -v what=sql -f .ci/embed.awk $(SQLF) > $@
$(B)/gen/sql_names.h: $(SQLF) .ci/embed.awk
	$(Q)mkdir -p $(@D) && awk -v what=names -f .ci/embed.awk $(SQLF) > $@.new \
	    && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
$(B)/gen/steps.c: $(STEPF) .ci/embed.awk
	$(Q)mkdir -p $(@D) && awk -v what=steps -f .ci/embed.awk $(STEPF) > $@
$(B)/gen/files.c: $(FILEF) .ci/embed.awk
	$(Q)mkdir -p $(@D) && awk -v what=files -f .ci/embed.awk $(FILEF) > $@

# --- set-up: one list of packages, installed only when something is missing
setup: build/.setup
build/.setup: .ci/packages .ci/setup
	$(Q)mkdir -p build && .ci/setup build && touch $@
build/.setup-fuzz: .ci/packages .ci/setup
	$(Q)mkdir -p build && .ci/setup build fuzz && touch $@
build/.setup-check: .ci/packages .ci/setup
	$(Q)mkdir -p build && .ci/setup build check && touch $@
build/.setup-bench: .ci/packages .ci/setup
	$(Q)mkdir -p build && .ci/setup build check bench && touch $@

# --- tests: everything through prove (TAP)
$(B)/tests/%: $(B)/tests/%.o $(TOBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(TOBJ) $(LIB) $(LDLIBS) -lcmocka

# All failpoints of a small run: see tests/README.md
MATRIX  := $(B)/tests/failpoint/matrix
MATRIXO := $(patsubst %.c,$(B)/%.o,$(wildcard tests/failpoint/*.c))

$(MATRIX): $(MATRIXO) $(TOBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# What makes calls fail and cuts connections, for stories: tests/README.md
NTHSO    := $(B)/tests/tools/nth.so
NETPROXY := $(B)/tests/tools/netproxy

$(NTHSO): tests/tools/nth.c
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) -std=c11 $(WARN) -Wno-pedantic -O1 -g \
	    -fPIC -shared -o $@ $<

units: $(UNITB) $(if $(MATRIXO),$(MATRIX)) $(NTHSO) $(NETPROXY)

# The models are not our code: once is enough.
MODELT := $(if $(filter release,$(MODE)),tests/model/run.t)
# Those that wait most begin first; most of the time is waiting, so more run
# side by side than there are cores.  Under the sanitizers one story of each kind
# is enough: those that only vary what the stand-ins do, or what breaks around the
# program, are left out, because CI has 15 minutes.
STORYT := $(sort $(wildcard tests/story/*.t))
ifeq ($(MODE),asan)
STORYT := $(wildcard $(foreach n,01 02 06 13 22 23 54 59 61 88, \
            tests/story/$(n)_*.t))
UNITT  := $(filter-out %_kill %/test_worker_faults %/test_worker_refused \
            %/test_one_phase %/test_cut %/test_intake_size %/test_cluster \
            %/test_cluster_places,$(UNITB))
endif
UNITT  ?= $(UNITB)
LONG := $(foreach n,41 34 36 35 39 43 44 31 42 83,$(filter tests/story/$(n)_%,$(STORYT))) \
        $(filter %/test_worker_faults %/test_one_phase %/test_worker %_kill %/test_cut \
          %/test_worker_refused %/test_intake_size,$(UNITT)) \
        $(foreach n,57 26 21 45 30 58 46 16 49 51 10 40 14 22 27 37, \
          $(filter tests/story/$(n)_%,$(STORYT)))
T ?= $(LONG) $(MODELT) $(filter-out $(LONG),$(STORYT) $(UNITT))
PROVEJOBS ?= $(if $(filter asan,$(MODE)),5,6)
check: build/.setup-check
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) bin units $(CHECK) $(TORTURE)
	$(Q)PAYRUN=$(CURDIR)/$(BIN) PAYRUN_CHECK=$(CURDIR)/$(CHECK) \
	    BUILD=$(CURDIR)/$(B) CMOCKA_MESSAGE_OUTPUT=TAP \
	    TMPDIR=$$(sh tests/lib/tmp.sh) \
	    prove --failures --timer -j$(PROVEJOBS) $(PROVEFLAGS) $(T)

# --- every failpoint with everything that can happen there: ten minutes
failpoints: build/.setup-check
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) $(BIN) $(CHECK) $(MATRIX)
	$(Q)PAYRUN=$(CURDIR)/$(BIN) PAYRUN_CHECK=$(CURDIR)/$(CHECK) \
	    BUILD=$(CURDIR)/$(B) FAILPOINTS=all TMPDIR=$$(sh tests/lib/tmp.sh) \
	    tests/story/41_failpoints.t

# --- torture: everybody is killed, and the providers' books are asked.  It goes
# on where it was stopped; see tests/torture/README.md
KILLS   ?= 10000
STATE   ?= build/torture
TORTURE := $(B)/tests/torture/torture
TORTOBJ := $(patsubst %.c,$(B)/%.o,$(wildcard tests/torture/*.c))

$(TORTURE): $(TORTOBJ) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

torture: build/.setup-check
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) $(BIN) $(CHECK) $(TORTURE)
	$(Q)PAYRUN=$(CURDIR)/$(BIN) BUILD=$(CURDIR)/$(B) \
	    TMPDIR=$$(sh tests/lib/tmp.sh) $(TORTURE) \
	    --payrun $(CURDIR)/$(BIN) --check $(CURDIR)/$(CHECK) \
	    --kills $(KILLS) --state $(STATE) $(if $(SEED),--seed $(SEED)) \
	    $(if $(ROUND),--round $(ROUND)) $(if $(WORKERS),--workers $(WORKERS))

# --- fuzzing, with clang: a target each, which takes from the archive what it
# needs; what would drag in the database, the target plays itself.
FUZZSRC := $(filter engine/base/% engine/money/% engine/providers/% loaders/% \
             engine/net/% engine/cli/config% engine/cli/yamldoc.c \
             engine/cli/args.c engine/web/callbacks.c engine/web/groups.c \
             engine/tracker/hints.c engine/dispatch/token.c engine/book/states.c, $(SRC)) \
             $(wildcard tests/lib/payroll_rules.c tests/lib/statements.c tests/lib/workbook.c)
FUZZLIB := $(B)/libfuzz.a
FUZZB   := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c))

$(FUZZLIB): $(FUZZSRC:%.c=$(B)/%.o) $(GENO)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/tests/fuzz/%: tests/fuzz/%.c $(FUZZLIB)
	$(call say,LINK,$@)
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

fuzzers: build/.setup-fuzz
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) MODE=fuzz fuzz-targets
fuzz-targets: $(FUZZB)

# Every command of a payday under memcheck: minutes, so not part of check.
valgrind: build/.setup-check
	$(Q)command -v valgrind >/dev/null || { echo "apt-get install valgrind" >&2; exit 1; }
	$(Q)VALGRIND=1 $(MAKE) --no-print-directory check T=tests/story/60_valgrind.t

house:
	$(Q).ci/house

# --- use
demo: setup
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) bin
	$(Q)build/payrun demo $(DEMOFLAGS)

bench: build/.setup-bench
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) MODE=release bin
	$(Q)bench/run $(STAGE)
bench-quick: build/.setup-bench
	$(Q)$(MAKE) --no-print-directory -j$(JOBS) MODE=release bin
	$(Q)UPDATE=$(UPDATE) bench/quick

# Manual pages and completions come out of the program that is installed.
SYSCONFDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
UNITDIR    ?= $(PREFIX)/lib/systemd/system
D_         := $(DESTDIR)$(PREFIX)
install: bin
	install -D -m 755 $(BIN) $(D_)/bin/payrun
	install -D -m 644 README.md $(D_)/share/doc/payrun/README.md
	install -D -m 644 LICENSE $(D_)/share/doc/payrun/LICENSE
	install -D -m 644 engine/cli/rules.yaml $(D_)/share/payrun/rules.yaml
	$(Q)for f in payrun.rules.yml payrun.grafana.json payrun.cron; do \
	    install -D -m 644 engine/install/$$f $(D_)/share/payrun/$$f; done
	$(Q)mkdir -p $(DESTDIR)$(UNITDIR) $(D_)/share/man/man1
	$(Q)for f in engine/install/*.service engine/install/*.timer; do \
	    sed 's,/usr/bin/payrun,$(PREFIX)/bin/payrun,' $$f \
	        > $(DESTDIR)$(UNITDIR)/$$(basename $$f); done
	install -D -m 644 engine/install/payrun.sysusers $(D_)/lib/sysusers.d/payrun.conf
	install -D -m 644 engine/install/payrun.tmpfiles $(D_)/lib/tmpfiles.d/payrun.conf
	$(Q)test -e $(DESTDIR)$(SYSCONFDIR)/default/payrun || \
	    install -D -m 644 engine/install/payrun.default \
	        $(DESTDIR)$(SYSCONFDIR)/default/payrun
	$(Q)engine/install/manual $(BIN) $(D_)/share/man/man1
	$(Q)mkdir -p $(D_)/share/bash-completion/completions \
	    $(D_)/share/zsh/vendor-completions $(D_)/share/fish/vendor_completions.d
	$(BIN) completion bash > $(D_)/share/bash-completion/completions/payrun
	$(BIN) completion zsh > $(D_)/share/zsh/vendor-completions/_payrun
	$(BIN) completion fish > $(D_)/share/fish/vendor_completions.d/payrun.fish

# A Debian package in build/, from what `make install` would install.
deb: bin
	$(Q)engine/install/deb $(BIN) $(or $(DEB_OUT),build) $(B)

clean:
	rm -rf build

help:
	@printf '%s\n' \
	  'make              build build/payrun  (MODE=release|debug|asan)' \
	  'make demo         set everything up and pay a generated payroll' \
	  'make check        set everything up and run every test' \
	  'make check T=...  run some tests: T=tests/story/01_happy.t' \
	  'make failpoints   every failpoint with everything that can happen there' \
	  'make torture      kill everything KILLS=10000 times, ask who was paid' \
	  'make house        the house rules: ranks, libraries, lengths' \
  'make valgrind     a payday of both protocols under memcheck' \
	  'make fuzzers      build the fuzz targets (clang)' \
	  'make bench        measure, side by side with the rivals (STAGE=callbacks)' \
	  'make bench-quick  what must not become slower (UPDATE=1 after a change)' \
	  'make install      DESTDIR= PREFIX=/usr/local' \
	  'make deb          a Debian package, in build/' \
	  'make clean        remove build/'

-include $(OBJ:.o=.d) $(FPOBJ:.o=.d) $(MATRIXO:.o=.d) $(B)/engine/main.d $(TOBJ:.o=.d) $(UNITB:=.d) \
         $(TORTOBJ:.o=.d)
