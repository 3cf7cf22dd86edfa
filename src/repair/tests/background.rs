//! Collection without being asked.

use cairn_runtime::OnExit;

use super::support::on_cluster;

#[test]
fn only_the_oldest_session_collects_and_the_next_one_takes_over() {
    on_cluster(22, |cluster| async move {
        let younger = cluster.another_session().await;
        let collector = cluster.collector.clone();
        cluster.context.tasks.spawn("collector", OnExit::Report, collector.run(younger));
        cluster.put("gone", 1).await;
        cluster.delete("gone").await;
        cluster.sleep(600).await;
        assert_eq!(cluster.fragments().await, 3);
        cluster.session.close(cluster.deadline(10)).await.unwrap();
        cluster.sleep(600).await;
        assert_eq!(cluster.fragments().await, 0);
    });
}
