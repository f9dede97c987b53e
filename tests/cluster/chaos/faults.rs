//! The faults by name: what each is, and whom it leaves alone. How they are made and mended stands
//! in `strike` and `mend`.

/// What a fault takes hold of. Two faults of one kind do not go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A process.
    Process,
    /// The network.
    Wire,
    /// A disk.
    Disk,
    /// A clock.
    Clock,
    /// Who is a member.
    Members,
    /// What is outside of the cluster.
    Outside,
}

/// A fault.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its number in the list that README names.
    pub n: u8,
    /// What it is.
    pub what: &'static str,
    /// What it takes hold of.
    pub kind: Kind,
    /// It wants the others to be well: whatever else is done with it, a quorum must be left.
    pub alone: bool,
}

const fn fault(n: u8, kind: Kind, what: &'static str) -> Fault {
    Fault { n, what, kind, alone: false }
}

const fn alone(n: u8, kind: Kind, what: &'static str) -> Fault {
    Fault { n, what, kind, alone: true }
}

/// All of them.
pub const FAULTS: [Fault; 28] = [
    fault(1, Kind::Process, "a follower is killed"),
    fault(2, Kind::Process, "the leader is killed"),
    alone(3, Kind::Process, "all nodes are killed"),
    fault(4, Kind::Disk, "the power of one node is cut"),
    alone(5, Kind::Disk, "the power of all nodes is cut"),
    fault(6, Kind::Process, "the leader is paused"),
    fault(7, Kind::Process, "a follower is paused, in the middle of reads"),
    fault(8, Kind::Wire, "a follower is cut off"),
    fault(9, Kind::Wire, "the leader is cut off"),
    fault(10, Kind::Wire, "nothing reaches one node"),
    fault(11, Kind::Wire, "nothing comes from one node"),
    fault(12, Kind::Wire, "two nodes hear the third, not each other"),
    fault(13, Kind::Wire, "one node loses 30 % of its packets"),
    fault(14, Kind::Wire, "packets are up to 200 ms late, in another order"),
    alone(15, Kind::Clock, "the leader's clock jumps, and it is killed"),
    fault(16, Kind::Disk, "a disk is slow"),
    alone(17, Kind::Disk, "a disk is full, and freed"),
    alone(18, Kind::Disk, "a sync fails"),
    alone(19, Kind::Disk, "a bit of a log is flipped"),
    alone(20, Kind::Disk, "a bit of a sorted file is flipped"),
    alone(21, Kind::Disk, "the live write-ahead log is lost"),
    alone(22, Kind::Members, "a node is replaced as the leader is killed or cut off"),
    alone(23, Kind::Members, "a snapshot is cut short while it is installed"),
    alone(24, Kind::Members, "a disk is lost, and a new node comes in its place"),
    alone(25, Kind::Process, "all nodes are drained and started again, one by one"),
    fault(26, Kind::Outside, "the gateway is down, or its answers are lost; events twice"),
    fault(27, Kind::Process, "a node has a tenth of a processor, and is killed"),
    fault(28, Kind::Outside, "a stranger of another cluster calls"),
];

impl Fault {
    /// Its name.
    pub fn name(&self) -> String {
        format!("F{}", self.n)
    }

    /// Whether both can be there at once without more than a minority being harmed for long.
    pub fn goes_with(&self, other: &Fault) -> bool {
        let outside = self.kind == Kind::Outside || other.kind == Kind::Outside;
        self.kind != other.kind && (outside || !(self.alone || other.alone))
    }
}

/// The faults of a list such as `F2,F9`.
pub fn named(list: &str) -> Vec<Fault> {
    let find = |name: &str| {
        let found = FAULTS.iter().find(|fault| fault.name().eq_ignore_ascii_case(name.trim()));
        *found.unwrap_or_else(|| panic!("no fault is called {name}: they are F1 to F28"))
    };
    list.split(',').map(find).collect()
}
