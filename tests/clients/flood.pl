#!/usr/bin/perl
# flood.pl PORT ACCOUNT N SEED <TRUE: forged callbacks by the thousand.
#
# Each line of TRUE is a callback that really came: method, what stands behind
# the account in the path, and body, apart by tabs, the body in hexadecimal.
# What is sent is each time another forgery of one of them: another challenge,
# none (about a file nobody knows), a token with one bit changed, another
# payment's mark, another amount or state, a truncated or senseless body, a
# wrong content type.  Over 64 kept connections, one of which never
# waits for an answer, and beside them half requests and hang-ups.
# Prints how many were answered with what.
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $account, $n, $seed) = @ARGV;
srand($seed // 1);
$SIG{PIPE} = 'IGNORE';
my @true = map { chomp; [split /\t/, $_, -1] } <STDIN>;
$_->[2] = pack 'H*', $_->[2] for @true;
die "no true callbacks\n" unless @true;

sub flip {          # one character of a hexadecimal mark
    my ($t) = @_;
    my $i = length($t) - 1 - int rand 32;
    my $was = substr $t, $i, 1;
    my $is = sprintf '%x', (hex($was) + 1 + int rand 15) % 16;
    substr($t, $i, 1) = $is;
    return $t;
}

sub forge {
    my ($method, $path, $body) = @{ $true[rand @true] };
    my ($k, $type) = (int rand 8, 'application/json');
    if ($path =~ /^[0-9A-Z]+-[0-9a-f]{32}$/) {      # the token proves it
        $type = 'application/x-www-form-urlencoded';
        my $other = $true[rand @true][1];
        $path = $k == 0 ? substr($path, 0, -1)
              : $k == 1 ? uc $path
              : $k == 2 ? substr($path, 0, -32) . sprintf('%032x', rand 1e9)
              : $k == 3 && $other ne $path
                        ? substr($path, 0, -32) . substr($other, -32)
              : flip($path);
        $body =~ s/status=\w+/status=error/ if $k == 4;
        $body =~ s/amount=\d+/amount=1/ if $k == 5;
        $body = join '', map { chr rand 256 } 1 .. 40 if $k == 6;
        $body .= '&n=' . rand;
    } else {                                        # the challenge does
        my $wrong = $k == 0 ? 'x' x (1 + rand 600) : "wrong-@{[rand]}";
        my $none = 'f' . int rand 1e9;
        if ($k < 5) {
            $body =~ s/"challenge":\s*"[^"]*"/"challenge":"$wrong"/;
            $body =~ s/"status":\s*"[^"]*"/"status":"Completed"/ if $k > 1;
            $body =~ s/"amount":\s*"[^"]*"/"amount":"1.00"/ if $k > 2;
        } elsif ($k == 5) {
            $body = qq({"tracking_id":"$none","status":"Completed"});
        } elsif ($k == 6) {
            $body =~ s/"challenge":\s*"[^"]*"/"challenge":"$wrong"/;
            $body = substr $body, 0, rand length $body;
        } else {
            $body = qq(<html>$none</html>);
            $type = 'text/html';
        }
    }
    return $method eq 'GET'
        ? "GET /callback/$account/$path?" . ($body =~ s/[^\w=&.%-]//gr)
          . " HTTP/1.1\r\nHost: h\r\n\r\n"
        : "POST /callback/$account/$path HTTP/1.1\r\nHost: h\r\nContent-Type: "
          . "$type\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
}

sub dial {
    return IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port",
                                 Timeout => 20) || die "no listener: $!\n";
}

my (%said, @conn);

# What comes back on one connection for $burst requests.
sub hear {
    my ($c, $burst) = @_;
    my ($got, $text) = (0, "");
    while ($got < $burst) {
        my $r = $conn[$c]->sysread(my $part, 65536);
        last unless $r;
        $text .= $part;
        $got = () = $text =~ m{HTTP/1\.1 \d+}g;
    }
    $said{$1}++ while $text =~ m{HTTP/1\.1 (\d+)}g;
    return if $got == $burst;
    $said{none} += $burst - $got;
    $conn[$c] = undef;
}

my $sent = 0;
while ($sent < $n) {
    # one of them does not wait for its answers; the others ask side by side
    my @burst;
    for my $c (0 .. 63) {
        $burst[$c] = $c == 0 ? 16 : 1;
        $burst[$c] = $n - $sent if $sent + $burst[$c] > $n;
        last unless $burst[$c];
        $conn[$c] //= dial();
        $conn[$c]->syswrite(join "", map { forge() } 1 .. $burst[$c]);
        $sent += $burst[$c];
    }
    $burst[$_] and hear($_, $burst[$_]) for 0 .. $#burst;
    my $half = dial();                  # half a request, then gone
    my $r = forge();
    $half->syswrite(substr $r, 0, rand length $r);
    close $half;
}
print join(" ", map { "$_=$said{$_}" } sort keys %said), "\n";
