//! A link between two namespaces that this process carries packet by packet, over TUN devices.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use cremona_tests::line::{Conditions, Line};
use tappers::{Interface, Tun};

use crate::space::{Space, run};

/// The longest packet on a wire, in bytes.
pub const MTU: usize = 1_500;

/// See the module. It ends with its namespaces, which take the devices with them.
pub struct Wire {
    under_way: Arc<UnderWay>,
    carrier: Option<JoinHandle<()>>,
}

/// Packets that have left and not arrived.
#[derive(Default)]
struct UnderWay {
    packets: Mutex<Packets>,
    changed: Condvar,
}

#[derive(Default)]
struct Packets {
    /// The soonest first.
    waiting: BinaryHeap<Packet>,
    /// How many there were; equals leave in the order in which they came.
    count: u64,
    over: bool,
}

struct Packet {
    at: Instant,
    number: u64,
    bytes: Vec<u8>,
    to: Arc<Tun>,
}

impl Wire {
    /// Connects two namespaces by an interface `wire` in each, with these addresses.
    pub fn between(ends: [(&Space, &str); 2], conditions: Conditions, seed: u64) -> Self {
        let [left, right] = ends.map(|(space, address)| Arc::new(device(space, address)));
        let under_way = Arc::new(UnderWay::default());
        let start = Instant::now();
        for (number, (from, to)) in [(&left, &right), (&right, &left)].into_iter().enumerate() {
            let line = Line::new(conditions, seed.wrapping_add(number as u64));
            let (from, to, under_way) = (from.clone(), to.clone(), under_way.clone());
            // It ends when the device goes with its namespace.
            std::thread::spawn(move || listen(&from, &to, line, start, &under_way));
        }
        let theirs = under_way.clone();
        let carrier = std::thread::spawn(move || theirs.carry());
        Self { under_way, carrier: Some(carrier) }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.under_way.packets.lock().unwrap().over = true;
        self.under_way.changed.notify_all();
        if let Some(Err(panic)) = self.carrier.take().map(JoinHandle::join) {
            eprintln!("a wire broke: {panic:?}");
        }
    }
}

/// Makes a device here and moves it to where it belongs.
fn device(space: &Space, address: &str) -> Tun {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("crm{}n{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let tun = Tun::new_named(Interface::new(&name).unwrap()).unwrap();
    run("ip", &["link", "set", &name, "netns", &space.name, "name", "wire"], "");
    space.ip(&["link", "set", "wire", "mtu", &MTU.to_string(), "txqueuelen", "1000", "up"]);
    space.ip(&["addr", "add", address, "dev", "wire"]);
    tun
}

/// Takes packets from a device and decides when they arrive.
fn listen(from: &Tun, to: &Arc<Tun>, mut line: Line, start: Instant, under_way: &UnderWay) {
    let mut buffer = [0; 65_536];
    while let Ok(read) = from.recv(&mut buffer) {
        let now = u64::try_from(start.elapsed().as_micros()).unwrap();
        if let Some(arrival) = line.carry(read as u64, now) {
            under_way.send(start + Duration::from_micros(arrival), buffer[..read].to_vec(), to.clone());
        }
    }
}

impl UnderWay {
    fn send(&self, at: Instant, bytes: Vec<u8>, to: Arc<Tun>) {
        let mut packets = self.packets.lock().unwrap();
        packets.count += 1;
        let number = packets.count;
        packets.waiting.push(Packet { at, number, bytes, to });
        drop(packets);
        self.changed.notify_one();
    }

    fn carry(&self) {
        let mut packets = self.packets.lock().unwrap();
        while !packets.over {
            let now = Instant::now();
            match packets.waiting.peek().map(|packet| packet.at) {
                None => packets = self.changed.wait(packets).unwrap(),
                Some(at) if at > now => packets = self.changed.wait_timeout(packets, at - now).unwrap().0,
                Some(_) => {
                    let Some(packet) = packets.waiting.pop() else { continue };
                    drop(packets);
                    // A device that is down loses what it is given, as others do.
                    let _ = packet.to.send(&packet.bytes);
                    packets = self.packets.lock().unwrap();
                }
            }
        }
    }
}

impl Ord for Packet {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Packet {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Packet {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Packet {}
