//! What the network promises, between people and outsiders on real sockets of this machine.

mod admission;
mod frames;
mod gossip;
mod line;
mod lines;
mod outsider;
mod outsiders;
mod people;
mod relays;
