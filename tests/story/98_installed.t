#!/usr/bin/env bash
# What is installed: services that start nothing they should not be able to do,
# manual pages and completions out of the table of commands, a Debian package.
. "$(dirname "$0")/../lib/story.sh"
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
echo "# installed"
R=$S/root
make_() { env -u MAKEFLAGS -u MFLAGS make -s -C "$ROOT" -o bin BIN="$PAYRUN" B="$BUILD" "$@"; }
ok "make install" make_ install DESTDIR="$R" PREFIX=/usr
units=$R/usr/lib/systemd/system

# --- services ----------------------------------------------------------------------
# The program is elsewhere here; nothing else of a unit is changed.
mkdir "$S/units"
for u in "$units"/*; do sed "s,/usr/bin/payrun,$R/usr/bin/payrun," "$u" >"$S/units/$(basename "$u")"; done
ok "systemd takes every unit" env SYSTEMD_UNIT_PATH="$S/units:/lib/systemd/system" \
    systemd-analyze verify --man=no --recursive-errors=no "$S"/units/*.service "$S"/units/*.timer
is "and has nothing to say about them" "$(cat "$S/out")" ""
for u in "$S"/units/*.service; do
    ok "$(basename "$u"): exposure 1.5 or better" \
        systemd-analyze security --offline=true --no-pager --threshold=15 "$u"
done
for t in "$S"/units/*.timer; do
    like "$(basename "$t"): a time that passed is caught up" "$(cat "$t")" "Persistent=true"
    ok "$(basename "$t"): its calendar" systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$t")"
done
for u in work serve events run-due morning backup-check; do
    like "payrun-$u: somebody hears when it fails" "$(cat "$units/payrun-$u.service")" "OnFailure=payrun-failed@%n.service"
done
# every command of a unit and of the cron line is one
sed -n 's,^Exec[A-Za-z]*=/usr/bin/payrun ,,p' "$units"/*.service >"$S/commands"
sed -n 's,^[*0-9].* payrun  payrun ,,p' "$R/usr/share/payrun/payrun.cron" >>"$S/commands"
bad=
while read -r line; do
    read -ra words <<<"${line//\$PAYRUN_FLAGS/}"
    flags=() plain=()
    for w in "${words[@]}"; do
        case $w in --*) flags+=("${w%%=*}") ;; /* | %i) ;; *) plain+=("$w") ;; esac
    done
    "$PAYRUN" help "${plain[@]}" >"$S/help" 2>&1 || bad="$bad ${plain[*]}"
    for f in "${flags[@]}"; do grep -q -e "^  $f\b" "$S/help" || bad="$bad ${plain[*]} $f"; done
done <"$S/commands"
is "$(wc -l <"$S/commands") commands of units and cron, with flags that there are" "$bad" ""

# --- manual and completions --------------------------------------------------------
n=$("$PAYRUN" help --json | jq '.commands | length')
is "a manual page a command, and one of all" "$(find "$R/usr/share/man/man1" -name '*.1' | wc -l)" $((n + 1))
ok "which roff takes" sh -c "groff -man -ww -z -Tutf8 '$R'/usr/share/man/man1/*.1 2>&1 | tee '$S/warned'"
is "without a warning" "$(cat "$S/warned")" ""
like "with its flags" "$(groff -man -Tascii -P-cbou "$R/usr/share/man/man1/payrun-send.1")" "--confirm-total AMOUNT"
done_() {       # done_ WORDS...: what the tab key offers behind them
    bash -c '. "$1"; shift; COMP_WORDS=(payrun "$@"); COMP_CWORD=$#; _payrun; printf "%s\n" "${COMPREPLY[@]}"' - \
        "$R/usr/share/bash-completion/completions/payrun" "$@"
}
is "bash: commands" "$(done_ mor)" morning
is "bash: second words" "$(done_ events '' | grep -v '^\.' | grep -x 'list\|resend\|deliver' | sort | paste -sd' ')" "deliver list resend"
is "bash: flags of the command" "$(done_ send --con | paste -sd' ')" "--confirm-total --config"
is "bash: flags of two words" "$(done_ events list --und)" --undelivered
ok "zsh and fish have theirs" sh -c "grep -q '^#compdef payrun' '$R/usr/share/zsh/vendor-completions/_payrun' && grep -q -- '-l confirm-total' '$R/usr/share/fish/vendor_completions.d/payrun.fish'"
exits "no other shell" 64 "$PAYRUN" completion tcsh

# --- the package -------------------------------------------------------------------
ok "make deb" make_ deb DEB_OUT="$S"
deb=$(echo "$S"/payrun_*.deb)
ok "it is there" test -s "$deb"
ok "lintian is content" lintian --fail-on error,warning --tag-display-limit 0 "$deb"
like "it names what it links with" "$(dpkg-deb -f "$deb" Depends)" "libpq5.*libsodium23"
is "what a person changes there stays" "$(dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./conffiles)" /etc/default/payrun
story_end
