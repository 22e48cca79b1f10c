#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
#
# peer_spf.pl HOST PORT -- Mail::SPF, asked in lines "ADDRESS DOMAIN [SENDER HELO]" on standard input; a result a line.
#
# All questions go to the server at HOST:PORT. Without SENDER it is postmaster@DOMAIN; with
# the null sender, "<>", the HELO name is what is checked.
use strict;
use warnings;
use Mail::SPF;
use Net::DNS::Resolver;

my ($host, $port) = @ARGV;
die "usage: peer_spf.pl HOST PORT\n" if !defined $port;
my $dns = Net::DNS::Resolver->new(nameservers => [$host], port => $port, recurse => 1, udp_timeout => 2,
    tcp_timeout => 2, retry => 2, searchlist => [], dnsrch => 0, defnames => 0, udppacketsize => 1232,
    persistent_udp => 1);
my $server = Mail::SPF::Server->new(dns_resolver => $dns, hostname => 'mx.receiver.example');
$| = 1;
while (my $line = <STDIN>) {
	chomp $line;
	my ($ip, $domain, $sender, $helo) = split / /, $line;
	my $result = eval {
		my $null = defined $sender && $sender eq '<>';
		my $request = Mail::SPF::Request->new(versions => [1], ip_address => $ip,
		    scope => $null ? 'helo' : 'mfrom', helo_identity => $helo // "mx.$domain",
		    identity => $null ? $helo : $sender // "postmaster\@$domain");
		$server->process($request)->code;
	};
	print defined $result ? $result : 'died: ' . ($@ =~ s/\s+/ /gr), "\n";
}
