#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
#
# peer_dkim.pl HOST PORT -- Mail::DKIM, asked in lines "FILE" on standard input; "pass" or "RESULT: why" a line.
#
# The first signature of each message is what counts. All questions go to the server at HOST:PORT.
use strict;
use warnings;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS::Resolver;

my ($host, $port) = @ARGV;
die "usage: peer_dkim.pl HOST PORT\n" if !defined $port;
Mail::DKIM::DNS::resolver(Net::DNS::Resolver->new(nameservers => [$host], port => $port, recurse => 1,
    udp_timeout => 2, tcp_timeout => 2, retry => 2, searchlist => [], dnsrch => 0, defnames => 0,
    udppacketsize => 1232));
local $SIG{__WARN__} = sub { };
$| = 1;
while (my $path = <STDIN>) {
	chomp $path;
	my $result = eval {
		open my $file, '<:raw', $path or die "$path: $!\n";
		local $/;
		my $text = <$file>;
		my $dkim = Mail::DKIM::Verifier->new();
		$dkim->PRINT($text);
		$dkim->CLOSE;
		my @signatures = $dkim->signatures;
		my $first = @signatures ? $signatures[0] : undef;
		!$first ? $dkim->result_detail : $first->result eq 'pass' ? 'pass' : $first->result_detail;
	};
	$result = "died: $@" if !defined $result;
	print $result =~ s/\s+/ /gr, "\n";
}
