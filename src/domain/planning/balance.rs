//! Splitting people into equal parts so that each unit, each kind of cadre, and each kind within a unit is split equally
//! too.
//!
//! A person is an edge between their unit and their kind. Walking an Euler circuit of that graph and putting its edges
//! alternately left and right halves every unit and every kind at once; halving the halves makes four parts in which
//! any two counts differ by one at most.

use std::collections::HashMap;

/// The part, 0 to 3, of each item. An item is what it belongs to on either side, such as its unit and its kind.
pub(super) fn in_four(items: &[(usize, usize)]) -> Vec<usize> {
    let mut parts = vec![0; items.len()];
    let (first, second) = halve(items, &(0..items.len()).collect::<Vec<_>>());
    for (half, members) in [first, second].into_iter().enumerate() {
        let (near, far) = halve(items, &members);
        for (quarter, members) in [near, far].into_iter().enumerate() {
            for item in members {
                parts[item] = 2 * half + quarter;
            }
        }
    }
    parts
}

/// A graph whose edges are people, and some that are there only to make every degree even.
#[derive(Default)]
struct Graph {
    /// The two ends of each edge.
    ends: Vec<(usize, usize)>,
    /// The person of each edge.
    items: Vec<Option<usize>>,
    /// The edges at each vertex.
    at: Vec<Vec<usize>>,
}

impl Graph {
    fn vertex(&mut self) -> usize {
        self.at.push(Vec::new());
        self.at.len() - 1
    }

    fn edge(&mut self, ends: (usize, usize), item: Option<usize>) {
        for end in [ends.0, ends.1] {
            self.at[end].push(self.ends.len());
        }
        self.ends.push(ends);
        self.items.push(item);
    }

    /// The edges in the order in which a circuit through `start` walks them. Every degree is even.
    fn circuit(&self, start: usize, walked: &mut [bool], looked: &mut [usize]) -> Vec<usize> {
        let (mut path, mut circuit) = (vec![(start, None)], Vec::new());
        while let Some((vertex, came_by)) = path.last().copied() {
            let next = self.at[vertex].get(looked[vertex]).copied();
            match next {
                Some(edge) => {
                    looked[vertex] += 1;
                    if !walked[edge] {
                        walked[edge] = true;
                        let (one, other) = self.ends[edge];
                        path.push((if one == vertex { other } else { one }, Some(edge)));
                    }
                }
                None => {
                    path.pop();
                    circuit.extend(came_by);
                }
            }
        }
        circuit
    }
}

fn halve(items: &[(usize, usize)], members: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut halves = (Vec::new(), Vec::new());
    // two people of the same unit and kind go to different sides; what is left has no two alike
    let mut waiting: HashMap<(usize, usize), usize> = HashMap::new();
    for member in members {
        match waiting.remove(&items[*member]) {
            Some(other) => {
                halves.0.push(other);
                halves.1.push(*member);
            }
            None => {
                waiting.insert(items[*member], *member);
            }
        }
    }
    let mut single: Vec<usize> = waiting.into_values().collect();
    single.sort_unstable();
    let graph = even_graph(items, &single);
    let (mut walked, mut looked) = (vec![false; graph.ends.len()], vec![0; graph.at.len()]);
    for start in 0..graph.at.len() {
        // units and kinds alternate along it, so its length is even
        for (step, edge) in graph.circuit(start, &mut walked, &mut looked).into_iter().enumerate() {
            let half = if step % 2 == 0 { &mut halves.0 } else { &mut halves.1 };
            half.extend(graph.items[edge]);
        }
    }
    halves.0.sort_unstable();
    halves.1.sort_unstable();
    halves
}

/// The graph of the items, in which odd vertices of either side hang on one more vertex of the other.
fn even_graph(items: &[(usize, usize)], members: &[usize]) -> Graph {
    let mut graph = Graph::default();
    let (more_left, more_right) = (graph.vertex(), graph.vertex());
    let (mut left, mut right): (HashMap<usize, usize>, HashMap<usize, usize>) = Default::default();
    for member in members {
        let (unit, kind) = items[*member];
        let one = *left.entry(unit).or_insert_with(|| graph.vertex());
        let other = *right.entry(kind).or_insert_with(|| graph.vertex());
        graph.edge((one, other), Some(*member));
    }
    for (vertices, hook) in [(left, more_right), (right, more_left)] {
        let mut vertices: Vec<usize> = vertices.into_values().collect();
        vertices.sort_unstable();
        for vertex in vertices {
            if !graph.at[vertex].len().is_multiple_of(2) {
                graph.edge((vertex, hook), None);
            }
        }
    }
    // as many odd vertices on one side as on the other, but for an even number: both hooks are odd or neither
    if !graph.at[more_left].len().is_multiple_of(2) {
        graph.edge((more_left, more_right), None);
    }
    graph
}
