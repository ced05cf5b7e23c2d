//! Keeping the box healthy: what runs without being asked, and what admins look at.

pub mod audit;
pub mod charts;
pub mod deadlines;
pub mod health;
pub mod patrol;
pub mod repair_order;
pub mod scrape;
pub mod storage;
