//! Keeping the box well: what is looked after without being asked, and what admins look at.

pub mod audit;
pub mod charts;
pub mod deadlines;
pub mod health;
pub mod patrol;
pub mod repair_order;
pub mod scrape;
pub mod storage;
